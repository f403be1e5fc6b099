import * as z from 'zod';

/** `launch:1763900000000,kernel:1763900011000,…`, each in ms since the epoch, as the user data writes them. */
const reached = z.string().regex(/^(\w+:\d+(,|$))+$/, 'must be stage:ms,…');

/**
 * How long each stage of a machine's boot took, in ms, by what was reached at its end; and `all` of it.
 * @param times BOOT_TIMES: when the boot had come how far
 * @param process when this process began and when it was ready, in ms since the epoch
 * @throws ZodError where `times` cannot be understood
 */
export function bootStages(
  times: string,
  process: { beganAt: number; readyAt: number },
): Record<string, number> {
  const points = [...reached.parse(times).matchAll(/(\w+):(\d+)/g)].map(([, name = '', at]) => ({
    name,
    at: Number(at),
  }));
  points.push({ name: 'process', at: process.beganAt }, { name: 'ready', at: process.readyAt });
  points.sort((a, b) => a.at - b.at);
  const stages: Record<string, number> = {};
  points.reduce((before, point) => {
    stages[point.name] = Math.round(point.at - before.at);
    return point;
  });
  return { ...stages, all: Math.round(process.readyAt - (points[0]?.at ?? process.beganAt)) };
}
