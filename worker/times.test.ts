import { expect, it } from 'vitest';
import { checkTimes, TIMES } from './times.ts';

it('lets a heartbeat be lost without losing the message', () => {
  expect(() => checkTimes(TIMES)).not.toThrow();
  expect(() => checkTimes({ ...TIMES, heartbeatMs: 7_500 })).toThrow(RangeError);
});
