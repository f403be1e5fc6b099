import { isThrottled } from '../shared/aws-errors.ts';
import { readConfig } from '../shared/config.ts';
import { log } from '../shared/log.ts';
import { awsCloud } from './cloud.ts';
import { Patience } from './patience.ts';
import { tickReporter } from './report.ts';
import { runTick } from './run-tick.ts';
import { tickThroughMinute } from './tick-through-minute.ts';

export const SETTINGS = [
  'STAGE',
  'BUCKET',
  'REQUEST_QUEUE_URL',
  'TERMINATE_QUEUE_URL',
  'LAUNCH_TEMPLATE_ID',
  'LAUNCH_TEMPLATE_VERSION',
  'INSTANCE_TYPES',
  'SUBNET_IDS',
  'WORKER_MARKET',
  'WARM_POOL_SIZE',
  'MIN_WORKERS',
  'MAX_WORKERS',
  'QOS',
  'SCALING_FACTOR',
  'SCALING_POLICY',
  'TARGET_WAIT_SECONDS',
  'STABILISATION_SECONDS',
  'BOOT_DEADLINE_SECONDS',
] as const;

/** Kept between invocations, as far as Lambda keeps the process. */
const patience = new Patience();
let reporter: { stage: string; report: ReturnType<typeof tickReporter> } | undefined;

/** The scheduled function, invoked each minute: 12 ticks of the load balancer, 5 s apart. */
export async function handler(
  _event?: unknown,
  context?: { getRemainingTimeInMillis?: () => number },
): Promise<void> {
  const config = readConfig(SETTINGS);
  const cloud = awsCloud(config);
  if (reporter?.stage !== config.STAGE)
    reporter = { stage: config.STAGE, report: tickReporter(config.STAGE) };
  const { report } = reporter;
  await tickThroughMinute(async (now, first) => {
    if (patience.isNeeded) return;
    try {
      const result = await runTick(cloud, config, now);
      if ('plan' in result) {
        report(result);
        if (result.done.throttled) patience.onThrottled();
        else patience.onAnswered();
      } else if (first) log.info('first tick of the minute', result);
    } catch (error) {
      if (isThrottled(error)) patience.onThrottled();
      throw error;
    }
  }, context?.getRemainingTimeInMillis?.());
}
