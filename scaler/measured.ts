import type { Machine } from './machine.ts';
import type { Situation } from './policies/policy.ts';

/** Means of what the ready workers tell by their tags, in ms. */
export function measuredBy(ready: readonly Machine[]): Situation['measured'] {
  return {
    serviceMs: mean(ready.flatMap(({ serviceMs }) => serviceMs ?? [])),
    heldMs: mean(ready.flatMap(({ heldMs }) => heldMs ?? [])),
    bootMs: mean(ready.flatMap(bootTime)),
  };
}

/** A clock that goes wrong, or a tag that anybody wrote, must not make a boot take no time, or less. */
function bootTime({ launchedAt, readyAt }: Machine): number[] {
  if (launchedAt === undefined || readyAt === undefined || readyAt <= launchedAt) return [];
  return [readyAt - launchedAt];
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
