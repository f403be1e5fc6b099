import { vi } from 'vitest';
import type { JobLimits } from '../in-time.ts';
import { LoadedModels, type ModelLease } from '../loaded-models.ts';
import { keyOf } from '../model-loads.ts';
import { FakeModels } from './fake-models.ts';

/** Of a job that waits so long, in ms. */
export const limits = (patienceMs = 10_000): Pick<JobLimits, 'deadline' | 'aside'> => ({
  deadline: Date.now() + patienceMs,
  aside: (wait) => wait(),
});
/** Waits for something to be so. */
export const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 5_000, interval: 1 });

/** A worker's models, and what stands for the repository and the engines. */
export function setUp({ limitMb = 1_000, retryMs = 20 } = {}) {
  const fake = new FakeModels();
  const models = new LoadedModels({ repository: fake, prepare: fake.prepare, limitMb, retryMs });
  const lease = (model: string, moderation?: boolean) => models.lease({ model, moderation }, limits());
  const use = async (model: string) => {
    const { model: used, release } = await lease(model);
    release();
    return keyOf(used.manifest);
  };
  return { fake, models, lease, use };
}
export const nameOf = ({ model }: ModelLease) => keyOf(model.manifest);
