import { readConfig } from '../../shared/config.ts';
import { TAGS } from '../../shared/tags.ts';
import { runTick, type TickOutcome } from '../run-tick.ts';
import { SETTINGS } from '../tick.ts';
import { ModelCloud } from './model-cloud.ts';

const SEEN_EVERY_MS = 60_000;

/** A fleet in memory: its cloud, its clock, and ticks of the load balancer. */
export function modelFleet(settings: NodeJS.ProcessEnv = {}) {
  const cloud = new ModelCloud();
  const env = {
    STAGE: 'model',
    BUCKET: 'bucket',
    REQUEST_QUEUE_URL: 'http://queue/requests',
    TERMINATE_QUEUE_URL: 'http://queue/terminate',
    LAUNCH_TEMPLATE_ID: 'lt-1',
    LAUNCH_TEMPLATE_VERSION: '1',
    SCALING_POLICY: 'classifycloud',
  };
  let config = readConfig(SETTINGS, { ...env, ...settings });
  /** Lets time pass, in s; living workers say that they do. */
  const pass = (seconds: number) => {
    cloud.time += seconds * 1000;
    cloud.clock += seconds * 1000;
    for (const { honest, tags, state } of cloud.up)
      if (honest && state === 'running' && cloud.clock - Date.parse(tags[TAGS.seen] ?? '') >= SEEN_EVERY_MS)
        tags[TAGS.seen] = new Date(cloud.clock).toISOString();
  };
  const tick = async (): Promise<TickOutcome & { reason?: string }> => {
    const result = await runTick(cloud, config, cloud.clock);
    return 'plan' in result ? { ...result, reason: result.plan.reason } : result;
  };
  return {
    cloud,
    get config() {
      return config;
    },
    pass,
    tick,
    /** A tick after `seconds`. @returns its reason, or its outcome where it did nothing */
    async after(seconds: number): Promise<string> {
      pass(seconds);
      const result = await tick();
      return result.reason ?? result.outcome;
    },
    /** A new deployment with other settings. */
    deploy(changed: NodeJS.ProcessEnv): void {
      config = readConfig(SETTINGS, { ...env, ...settings, ...changed });
      cloud.version = config.LAUNCH_TEMPLATE_VERSION ?? 1;
    },
    /** The workers that boot become ready. */
    boot(): void {
      for (const machine of cloud.up)
        if (machine.state === 'pending') cloud.say(machine, 'ready', { [TAGS.terminateId]: '' });
    },
    /** The machines that boot end, as one does whose first boot fails. */
    crash(): void {
      for (const machine of cloud.up) if (machine.state === 'pending') machine.state = 'terminated';
    },
    /** As many workers as there are messages take one each, drain, and park or end their machine. */
    obey(): void {
      for (const { id, park, launchTemplateVersion } of cloud.messages.splice(0)) {
        const version = (tags: Record<string, string>) => Number(tags['aws:ec2launchtemplate:version']);
        const taker = cloud.hands.find(
          ({ tags }) =>
            tags[TAGS.state] === 'ready' &&
            (launchTemplateVersion === undefined || version(tags) < launchTemplateVersion),
        );
        if (!taker) continue;
        cloud.say(taker, park ? 'parking' : 'draining', { [TAGS.terminateId]: id });
        if (!park) taker.state = 'terminated';
      }
    },
    queue(count: number): void {
      cloud.queue = { visible: count, inFlight: 0 };
    },
  };
}
export type ModelFleet = ReturnType<typeof modelFleet>;
