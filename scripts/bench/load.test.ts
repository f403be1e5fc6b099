import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { burst, closedLoop, openLoop } from './load.ts';
import type { Answer } from './tally.ts';

const socketOf = (classify: () => Promise<Answer>) => ({ classify });
const load = { nextUrl: () => 'http://example.com/', timeoutMs: 1000, warmUpMs: 20, durationMs: 200 };

test('a request held up in the generator counts from when it was to be sent', async () => {
  let sent = 0;
  const socket = socketOf(async () => {
    // The third request of the measurement stalls the whole process for 100 ms.
    if (++sent === 6) for (const end = performance.now() + 100; performance.now() < end; );
    return { kind: 'result' };
  });
  const { tally } = await openLoop({ ...load, sockets: [socket] }, 100);
  const late = tally.latenciesMs.filter((ms) => ms > 15);
  expect(tally.latenciesMs.length).toBe(20);
  expect(late.length).toBeGreaterThan(6);
});

test('a closed loop has one request a socket under way, and counts none of the warm-up', async () => {
  let underWay = 0;
  let most = 0;
  let all = 0;
  const socket = socketOf(async () => {
    most = Math.max(most, ++underWay);
    await sleep(10);
    underWay--;
    all++;
    return { kind: 'result' };
  });
  const { tally, seconds } = await closedLoop({ ...load, sockets: [socket, socket] });
  expect(most).toBe(2);
  expect(tally.latenciesMs.length).toBeLessThan(all);
  expect(tally.latenciesMs.length).toBeGreaterThan(10);
  expect(seconds).toBe(0.2);
});

test('a burst tells answers, refusals and silence apart', async () => {
  const answers: Answer[] = [
    { kind: 'result', model: { engine: 'onnx', precision: 'int8' } },
    { kind: 'error', code: 'OVERLOADED' },
    { kind: 'timed-out' },
    { kind: 'error', code: 'INTERNAL' },
  ];
  const { tally } = await burst({ ...load, sockets: answers.map((answer) => socketOf(async () => answer)) });
  expect(tally.figures(2)).toMatchObject({
    imagesPerSecond: 0.5,
    answered: 1,
    timedOut: 1,
    errors: 2,
    errorCodes: { OVERLOADED: 1, INTERNAL: 1 },
    engine: 'onnx',
    precision: 'int8',
  });
});

test('what a worker remembered is told apart from what it worked on', async () => {
  const answers: Answer[] = [
    { kind: 'result', cached: true },
    { kind: 'result', cached: false },
    { kind: 'result' },
  ];
  const sockets = answers.map((answer) => socketOf(async () => answer));
  const { tally } = await burst({ ...load, sockets });
  expect(tally.figures(1)).toMatchObject({ answered: 3, cached: 1 });
});
