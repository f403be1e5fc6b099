import { readConfig } from '../shared/config.ts';
import { type FleetState, freshFleetState } from '../shared/fleet-state.ts';
import { json, openHttpHandler } from '../shared/http.ts';
import { once } from '../shared/once.ts';
import type { HealthAnswer } from '../shared/protocol.ts';

const config = once(() => readConfig(['BUCKET']));

/** `GET /health`: the queue and the fleet, as the last tick of the load balancer saw them. */
export const handler = openHttpHandler(async () => {
  const state = await freshFleetState(config().BUCKET);
  return json(200, state ? healthOf(state) : UNKNOWN);
});

const UNKNOWN: HealthAnswer = {
  status: 'unknown',
  queue: { visible: null, inFlight: null },
  workers: { booting: null, ready: null, draining: null },
  serviceMs: null,
  imagesPerSecond: null,
};

function healthOf({ queue, workers, serviceMs, imagesPerSecond }: FleetState): HealthAnswer {
  const status = workers.ready > 0 ? 'ok' : workers.booting > 0 ? 'starting' : 'idle';
  return { status, queue, workers, serviceMs, imagesPerSecond };
}
