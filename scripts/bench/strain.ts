import type { Measured } from './load.ts';
import type { Strain } from './process-rows.ts';
import type { Target } from './target.ts';

/** Takes a measurement and what it cost every process, warm-up included. */
export async function underStrain(
  target: Target,
  load: () => Promise<Measured>,
): Promise<{ measured: Measured; strain: Strain }> {
  const before = await target.processes();
  const ownBefore = process.cpuUsage();
  const measured = await load();
  const own = process.cpuUsage(ownBefore);
  const after = await target.processes();
  const ownCpuMs = (own.user + own.system) / 1000;
  return { measured, strain: { before, after, ownCpuMs, images: measured.total } };
}
