import { setInterval as every } from 'node:timers/promises';
import { type ProcessInfo, roleOf } from '../bench/processes.ts';

/** Resident memory at a moment. */
export interface Sample {
  /** Since the first, in s. */
  at: number;
  /** MB of a million bytes. */
  rssMb: number;
}

/** What a process's memory came to. */
export interface MemoryFigures {
  process: string;
  firstMb: number;
  lastMb: number;
  mostMb: number;
  /** Of the second half of the samples, MB a minute; undefined where there are too few. */
  slopeMbPerMinute?: number;
}

const EVERY_MS = 2_000;
/** Fewer samples than these say nothing of a slope. */
const ENOUGH = 10;

/** Samples the memory of every process of a service until `signal` aborts. */
export async function watchMemory(
  processes: () => Promise<ProcessInfo[]>,
  signal: AbortSignal,
): Promise<MemoryFigures[]> {
  const samples = new Map<string, Sample[]>();
  const start = performance.now();
  const look = async () => {
    for (const one of await processes()) {
      if (roleOf(one) === 'other') continue;
      const name = `${roleOf(one)} (${one.pid})`;
      const sample = { at: (performance.now() - start) / 1000, rssMb: one.rssMb };
      samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  };
  await look();
  try {
    for await (const _ of every(EVERY_MS, undefined, { signal })) await look();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return [...samples].map(([process, all]) => memoryFigures(process, all));
}

export function memoryFigures(process: string, samples: readonly Sample[]): MemoryFigures {
  const sizes = samples.map(({ rssMb }) => rssMb);
  const slope = slopePerMinute(samples.slice(Math.floor(samples.length / 2)));
  return {
    process,
    firstMb: sizes[0] ?? 0,
    lastMb: sizes.at(-1) ?? 0,
    mostMb: Math.max(...sizes),
    ...(slope !== undefined && { slopeMbPerMinute: slope }),
  };
}

/** The slope of the straight line that fits the samples best (least squares), MB a minute. */
export function slopePerMinute(samples: readonly Sample[]): number | undefined {
  if (samples.length < ENOUGH) return undefined;
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, rssMb] = [mean((sample) => sample.at), mean((sample) => sample.rssMb)];
  const covariance = mean((sample) => (sample.at - at) * (sample.rssMb - rssMb));
  const variance = mean((sample) => (sample.at - at) ** 2);
  return (covariance / variance) * 60;
}
