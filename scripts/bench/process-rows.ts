import { type ProcessInfo, roleOf } from './processes.ts';
import type { Row } from './report.ts';

/** Load that was put on a service, and what its processes were before and after. */
export interface Strain {
  before: readonly ProcessInfo[];
  after: readonly ProcessInfo[];
  /** Of the process that put the load on it, of the same time; ms. */
  ownCpuMs: number;
  images: number;
}

/**
 * A row for each process of the service, and one for the process that put the load on it: its memory, and its time for an
 * image.
 * @param other that process, where it is not this one; its memory is not told
 */
export function processRows({ before, after, ownCpuMs, images }: Strain, other?: string): Row[] {
  const perImage = (cpuMs: number) => (images > 0 ? { cpuMsPerImage: cpuMs / images } : {});
  const rows = after.map(({ pid, rssMb, cpuMs, ...one }): Row => {
    const since = before.find((other) => other.pid === pid)?.cpuMs;
    const spent = cpuMs === undefined || since === undefined ? {} : perImage(cpuMs - since);
    return { name: `process: ${roleOf({ ...one, pid, rssMb })}`, rssMb, ...spent };
  });
  const own = {
    name: `process: ${other ?? 'load generator'}`,
    ...(other === undefined && { rssMb: process.memoryUsage.rss() / 1e6 }),
    ...perImage(ownCpuMs),
  };
  return [...rows.filter(({ name }) => name !== 'process: other'), own];
}

/** Time of all processes together, the load generator's too, for an image; nothing where it is not known. */
export function totalCpuMs(strain: Strain): { cpuMsPerImage?: number } {
  if (strain.after.length === 0) return {};
  return {
    cpuMsPerImage: processRows(strain).reduce((sum, { cpuMsPerImage = 0 }) => sum + cpuMsPerImage, 0),
  };
}

/** Of the service's processes together; nothing where they are not known. */
export function totalRssMb({ after }: Strain): { rssMb?: number } {
  if (after.length === 0) return {};
  return { rssMb: after.reduce((sum, { rssMb }) => sum + rssMb, 0) };
}
