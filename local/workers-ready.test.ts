import { expect, it } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { workersReady } from './workers-ready.ts';

it('waits for as many workers as are asked for, and tells what classifies in each', async () => {
  const boots = { [TAGS.state]: 'booting' };
  const ready = (engine: string) => ({ [TAGS.state]: 'ready', [TAGS.engine]: engine });
  const looks = [[], [ready('onnx int8'), boots], [ready('onnx int8'), ready('onnx fp32')]];
  const look = () => looks.shift() ?? [];
  expect(await workersReady(look, 2, new AbortController().signal)).toEqual(['onnx int8', 'onnx fp32']);
  expect(looks).toEqual([]);
});

it('ends with who waits', async () => {
  const waiting = new AbortController();
  const ready = workersReady(() => [], 1, waiting.signal);
  waiting.abort();
  await expect(ready).rejects.toThrow(/abort/i);
});
