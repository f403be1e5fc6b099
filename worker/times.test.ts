import { expect, it } from 'vitest';
import { readConfig } from '../shared/config.ts';
import { checkTimes, TIMES, timesOf } from './times.ts';

it('lets a heartbeat be lost without losing the message', () => {
  const times = { ...TIMES, ...timesOf(readConfig(['VISIBILITY_SECONDS', 'HEARTBEAT_SECONDS'], {})) };
  expect(() => checkTimes(times)).not.toThrow();
  expect(() => checkTimes({ ...times, heartbeatMs: 7_500 })).toThrow(RangeError);
});
