import { isThrottled } from '../shared/aws-errors.ts';
import { log } from '../shared/log.ts';
import type { Cloud } from './cloud.ts';
import type { Plan } from './plan.ts';

/** What became of a plan. */
export interface Done {
  /** Machines that EC2 launched; `undefined` where nobody knows. */
  launched: number | undefined;
  /** Whether EC2 started those of the warm pool, if any; `undefined` where nobody knows. */
  started: boolean | undefined;
  /** EC2 wants fewer calls. */
  throttled: boolean;
}

/**
 * Does what is planned: the calls to EC2 one after the other, and none more once it says that there were too many. One
 * act's failure does not keep it from the others; it is logged, and the next tick counts anew and makes up for it.
 */
export async function carryOut(cloud: Cloud, plan: Plan): Promise<Done> {
  const [done] = await Promise.all([askEc2(cloud, plan), dismiss(cloud, plan)]);
  return done;
}

async function dismiss(cloud: Cloud, { terminations }: Plan): Promise<void> {
  if (terminations.length === 0) return;
  const messages = terminations.map(({ id, park, replacedBy }) => ({
    id,
    ...(park && { park }),
    ...(replacedBy !== undefined && { launchTemplateVersion: replacedBy }),
  }));
  await cloud
    .sendTerminateMessages(messages)
    .catch((error: unknown) => log.error('terminate messages not sent', { error }));
}

async function askEc2(cloud: Cloud, { launch, starts, stops, ends }: Plan): Promise<Done> {
  const done: Done = { launched: undefined, started: undefined, throttled: false };
  const attempt = async (act: string, run: () => Promise<void>): Promise<void> => {
    if (done.throttled) return;
    try {
      await run();
    } catch (error) {
      done.throttled = isThrottled(error);
      log.error(`${act} failed`, { error });
    }
  };
  if (launch)
    await attempt('launch', async () => {
      done.launched = await cloud.launch(launch);
    });
  if (done.throttled) done.launched = 0;
  if (starts.length > 0)
    await attempt('start', async () => {
      done.started = await cloud.startMachines(starts);
    });
  // What cannot be started is no reserve: the next tick launches instead.
  const useless = done.started === false ? [...ends, ...starts] : ends;
  if (done.throttled) done.started ??= false;
  if (stops.length > 0) await attempt('stop', () => cloud.stopMachines(stops));
  if (useless.length > 0) {
    log.warn('machines ended', { ids: useless });
    await attempt('end', () => cloud.endMachines(useless));
  }
  return done;
}
