import * as z from 'zod';
import { readJson } from './bucket.ts';

export const FLEET_STATE_KEY = 'state/fleet.json';
/** Past this age, in ms, a state says nothing about now. */
export const FLEET_STATE_FRESH_MS = 15_000;
const CACHED_MS = 1_000;

/** What a policy knows from the ticks before. Times in ms since the epoch. */
export const policyMemory = z.object({
  /** What was queued and how many workers were at work at a time, and the arrivals a second up to then. */
  flow: z.object({
    at: z.number(),
    queued: z.int(),
    busy: z.number(),
    ready: z.int(),
    /** By what the queue grew since the look before, a second. */
    growth: z.number(),
    /** Smoothed over a few ticks. */
    quick: z.number(),
    /** Smoothed over a minute or so. */
    steady: z.number(),
  }),
  /** In ms, the last known while no worker tells; null before any has. */
  serviceMs: z.number().nullable(),
  bootMs: z.number().nullable(),
  /** Workers that were needed lately: each entry the highest from its time on. */
  peaks: z.array(z.object({ at: z.number(), workers: z.int() })),
  /** Which way the fleet went last, and when it last began to shrink after it had grown. */
  went: z.enum(['out', 'in']).optional(),
  turnedInAt: z.number().optional(),
  /** When it last shrank, and when that was last undone soon after. */
  wentInAt: z.number().optional(),
  undoneAt: z.number().optional(),
});
export type PolicyMemory = z.infer<typeof policyMemory>;

/** `state/fleet.json`: what the last tick saw and did. It is the tick's memory and its lease. */
export const fleetState = z.object({
  v: z.literal(1),
  /** ms since the epoch */
  tickedAt: z.number(),
  /** The last depth known, where this tick's did not arrive. */
  queue: z.object({ visible: z.int(), inFlight: z.int() }),
  workers: z.object({ booting: z.int(), ready: z.int(), draining: z.int() }),
  /** Milliseconds of a worker's time for one job, by its own measurement at full load; null while unknown. */
  serviceMs: z.number().nullable(),
  /** What the ready workers can do together; null while unknown. */
  imagesPerSecond: z.number().nullable(),
  /** The most workers that the load balancer would run. */
  maxWorkers: z.int(),
  /** Launches of the last minute, by CreateFleet token, of which EC2 has not shown all machines yet; `shown`: their ids. */
  launches: z.array(
    z.object({ token: z.string(), at: z.number(), count: z.int(), shown: z.array(z.string()).optional() }),
  ),
  /** Terminate messages sent that may still be under way, by id. `replacedBy`: a
   * template version, whose workers replace an older one's. */
  terminations: z.array(
    z.object({
      id: z.string(),
      at: z.number(),
      replacedBy: z.int().optional(),
      park: z.boolean().optional(),
    }),
  ),
  /** Machines of the warm pool that were started in the last minute, of which EC2 has not shown that they do. */
  starts: z.array(z.object({ id: z.string(), at: z.number() })).optional(),
  /** Stopped machines that wait in the warm pool. */
  parked: z.int().optional(),
  /** Since when ticks have come regularly, in ms since the epoch: only this time counts as a machine's silence. */
  steadySince: z.number().optional(),
  /** Boots that failed in a row, where launching backs off for it. */
  failedBoots: z
    .object({
      count: z.int(),
      /** Id of the last machine of them, and when it was launched, in ms since the epoch. */
      last: z.string(),
      launchedAt: z.number(),
      waitMs: z.number(),
      /** When the next machine is tried, in ms since the epoch. */
      retryAt: z.number(),
    })
    .optional(),
  /** Ids of the workers that were ready when this was written, where terminations are under way: one of them takes each. */
  listening: z.array(z.string()).optional(),
  /** The policy's; a policy that needs none leaves none. */
  memory: policyMemory.optional(),
  /** Why the last tick did what it did, for people. */
  reason: z.string(),
});
export type FleetState = z.infer<typeof fleetState>;

let cached: { at: number; bucket: string; state: Promise<FleetState | undefined> } | undefined;

/** The last tick's state if it is fresh, else `undefined`. Read at most once a second. */
export async function freshFleetState(bucket: string, now = Date.now()): Promise<FleetState | undefined> {
  if (!cached || cached.bucket !== bucket || now - cached.at >= CACHED_MS) {
    const state = readJson(bucket, FLEET_STATE_KEY, fleetState).then((stored) => stored?.value);
    cached = { at: now, bucket, state };
    // A failed read is not kept: whoever comes next asks again.
    state.catch(() => {
      if (cached?.state === state) cached = undefined;
    });
  }
  const state = await cached.state;
  return state && now - state.tickedAt <= FLEET_STATE_FRESH_MS ? state : undefined;
}
