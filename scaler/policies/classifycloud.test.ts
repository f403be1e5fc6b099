import { describe, expect, it } from 'vitest';
import { SETTINGS, situation } from '../testing/situation.ts';
import { classifycloud } from './classifycloud.ts';

const settings = SETTINGS;
const change = (queued: number, workers: number, other: Partial<typeof settings> = {}) =>
  classifycloud(situation({ queued, headcount: { ready: workers } }), { ...settings, ...other }).change;

describe("the seed's rule", () => {
  it.each([
    { queued: 0, workers: 0, S: 1, why: 'MIN_WORKERS are wanted without any backlog' },
    { queued: 0, workers: 1, S: 0, why: 'and are enough' },
    { queued: 5, workers: 1, S: 0, why: 'QOS messages are one worker’s' },
    { queued: 6, workers: 1, S: 1, why: 'one more takes another worker' },
    { queued: 41, workers: 3, S: 6, why: 'nine are wanted' },
    { queued: 200, workers: 2, S: 17, why: 'forty would be, but for MAX_WORKERS' },
    { queued: 10, workers: 7, S: -5, why: 'what is not wanted goes' },
  ])('with $queued queued and $workers workers S is $S: $why', ({ queued, workers, S }) => {
    expect(change(queued, workers)).toBe(S);
  });

  it('closes SCALING_FACTOR of the gap, rounded away from zero', () => {
    expect(change(25, 2, { SCALING_FACTOR: 0.5 })).toBe(2);
    expect(change(10, 5, { SCALING_FACTOR: 0.5 })).toBe(-2);
    expect(change(10, 3, { SCALING_FACTOR: 0.1 })).toBe(-1);
    expect(change(25, 2, { SCALING_FACTOR: 2 })).toBe(6);
  });

  it('does not round a whole number up for the sake of floating point', () => {
    expect(50 * 1.1).toBeGreaterThan(55);
    expect(change(250, 0, { MAX_WORKERS: 100, SCALING_FACTOR: 1.1 })).toBe(55);
  });
});
