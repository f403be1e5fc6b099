import { randomUUID } from 'node:crypto';
import { log } from '../../shared/log.ts';
import { ACCOUNT, REGION } from '../aws/account.ts';

const MINUTE_MS = 60_000;

/**
 * The time between two runs, in ms.
 * @param expression EventBridge's `rate(1 minute)` or `rate(N minutes)`
 * @throws Error for any other
 */
export function rateMs(expression: string): number {
  const minutes = /^rate\((\d+) minutes?\)$/.exec(expression)?.[1];
  if (minutes === undefined) throw new Error(`stage local does not emulate the schedule ${expression}`);
  return Number(minutes) * MINUTE_MS;
}

/**
 * Runs a function now and at each interval of its rate, whether or not the last run has ended. A failure is logged.
 * @returns ends the schedule
 */
export function startSchedule(expression: string, invoke: (event: unknown) => Promise<unknown>): () => void {
  const everyMs = rateMs(expression);
  const run = () => {
    invoke(scheduledEvent(new Date())).catch((error: unknown) =>
      log.error('scheduled run failed', { error }),
    );
  };
  let due = Date.now();
  let timer: NodeJS.Timeout;
  const wait = () => {
    due += everyMs;
    timer = setTimeout(() => {
      wait();
      run();
    }, due - Date.now());
  };
  wait();
  run(); // EventBridge would wait for the first interval to pass, and so would whoever has just started the stage
  return () => clearTimeout(timer);
}

const scheduledEvent = (time: Date) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: ACCOUNT,
  region: REGION,
  time: time.toISOString(),
  resources: [],
  detail: {},
});
