import { expect, it } from 'vitest';
import { EchoEngine } from './echo.ts';

const image = () => new Uint8Array(299 * 299 * 3);

it('images wait for a thread: four of 50 ms on two threads take 100 ms', async () => {
  const engine = new EchoEngine({ threads: 2, echoMs: 50 });
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 4 }, () => engine.classify(image(), 1)));
  const elapsedMs = performance.now() - startedAt;
  expect(elapsedMs).toBeGreaterThan(95);
  expect(elapsedMs).toBeLessThan(190);
  await engine.dispose();
});

it('disposing rejects what still waits', async () => {
  const engine = new EchoEngine({ threads: 1, echoMs: 60_000 });
  const waiting = expect(engine.classify(image(), 1)).rejects.toThrow('the engine is closed');
  await engine.dispose();
  await waiting;
});
