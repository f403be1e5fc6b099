import type { PolicyMemory } from '../../shared/fleet-state.ts';

/** Which way the fleet went, and when it turned. Times in ms. */
export type Direction = Pick<PolicyMemory, 'went' | 'turnedInAt' | 'wentInAt' | 'undoneAt'>;

/** Least time between two moments at which the fleet turns from growing to shrinking, in stabilisation windows. */
const TURN_WINDOWS = 2;
/** A shrinking after which the fleet grows again within so many windows was a mistake. */
const SOON_WINDOWS = 2;
/** So many windows after a mistake, demand is remembered for longer. */
const CAUTION_WINDOWS = 4;

/** The direction after a decision to launch (positive), to let go (negative), or to hold. */
export function directionAfter(change: number, before: Direction, now: number, windowMs: number): Direction {
  const { went, turnedInAt, wentInAt, undoneAt } = before;
  if (change === 0) return { went, turnedInAt, wentInAt, undoneAt };
  if (change < 0)
    return { went: 'in', turnedInAt: went === 'out' ? now : turnedInAt, wentInAt: now, undoneAt };
  const undone = went === 'in' && isWithin(wentInAt, now, SOON_WINDOWS * windowMs);
  return { went: 'out', turnedInAt, wentInAt, undoneAt: undone ? now : undoneAt };
}

/** A fleet that shrinks and has to grow again pays with boots, and its users with waiting: not time and again. */
export const mayShrink = ({ went, turnedInAt }: Direction, now: number, windowMs: number): boolean =>
  went !== 'out' || !isWithin(turnedInAt, now, TURN_WINDOWS * windowMs);

/** Whether the fleet shrank too soon lately: bursts may come at distances just longer than the window. */
export const isCautious = ({ undoneAt }: Direction, now: number, windowMs: number): boolean =>
  isWithin(undoneAt, now, CAUTION_WINDOWS * windowMs);

/** By the distance alone: after a clock jumped back, what lies ahead is as far away as what lies behind. */
const isWithin = (at: number | undefined, now: number, ms: number): boolean =>
  at !== undefined && Math.abs(now - at) < ms;
