import { readConfig } from '../shared/config.ts';
import { log } from '../shared/log.ts';
import { awsCloud } from './cloud.ts';
import { runTick } from './run-tick.ts';
import { tickThroughMinute } from './tick-through-minute.ts';

export const SETTINGS = [
  'STAGE',
  'BUCKET',
  'REQUEST_QUEUE_URL',
  'TERMINATE_QUEUE_URL',
  'LAUNCH_TEMPLATE_ID',
  'MIN_WORKERS',
  'MAX_WORKERS',
  'QOS',
  'SCALING_FACTOR',
  'SCALING_POLICY',
  'TARGET_WAIT_SECONDS',
  'STABILISATION_SECONDS',
  'BOOT_DEADLINE_SECONDS',
] as const;

/** The scheduled function, invoked each minute: 12 ticks of the load balancer, 5 s apart. */
export async function handler(
  _event?: unknown,
  context?: { getRemainingTimeInMillis?: () => number },
): Promise<void> {
  const config = readConfig(SETTINGS);
  const cloud = awsCloud(config);
  await tickThroughMinute(async (now, first) => {
    const result = await runTick(cloud, config, now);
    if (first && result.outcome !== 'acted') log.info('first tick of the minute', result);
  }, context?.getRemainingTimeInMillis?.());
}
