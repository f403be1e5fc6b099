import type { Result } from '../client/index.ts';

type Timings = Result['timings'];

/** A part of an image's time, in ms. */
export interface Step {
  readonly name: string;
  readonly ms: number;
}

/** Where an image's time went: what the named steps do not account for is the way between them. */
export function stepsOf({ queueMs, downloadMs, decodeMs, inferMs, totalMs }: Timings): Step[] {
  const named = [
    { name: 'queue', ms: queueMs },
    { name: 'download', ms: downloadMs },
    { name: 'decode', ms: decodeMs },
    { name: 'classify', ms: inferMs },
  ];
  const rest = totalMs - named.reduce((sum, { ms }) => sum + ms, 0);
  return [...named, { name: 'rest', ms: Math.max(0, rest) }];
}

/** The median of each step over several images. */
export function medianSteps(all: readonly Timings[]): Step[] {
  const each = all.map(stepsOf);
  return (each[0] ?? []).map(({ name }, index) => {
    const sorted = each.map((steps) => steps[index]?.ms ?? 0).sort((a, b) => a - b);
    return { name, ms: sorted[Math.floor(sorted.length / 2)] ?? 0 };
  });
}
