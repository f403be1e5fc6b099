import { awsCloud, type Cloud } from '../cloud.ts';
import { runTick } from '../run-tick.ts';
import type { EmbeddedStage } from './embedded-stage.ts';

/** One tick of a stage at `now` (ms since the epoch), with parts of the cloud replaced: what came of it, and why. */
export async function tickAt({ config }: EmbeddedStage, now: number, replaced: Partial<Cloud> = {}) {
  const result = await runTick({ ...awsCloud(config), ...replaced }, config, now);
  if (!('plan' in result)) return result;
  return { outcome: result.outcome, reason: result.plan.reason };
}
