import { expect, test } from 'vitest';
import type { Classification } from './classify.ts';
import { JobRunner } from './run-job.ts';
import { messageOf } from './testing/fake-queue.ts';
import { jobFor } from './testing/jobs.ts';

const job = jobFor('https://a.example/cat.jpg', { clientRef: 'mine' });
const holding = {
  message: messageOf('message'),
  deadline: Number.POSITIVE_INFINITY,
  persist: <T>(_step: string, task: () => Promise<T>) => task(),
  aside: <T>(wait: () => Promise<T>) => wait(),
};
const worked: Classification = {
  model: { name: 'inception-v3', version: '1', engine: 'onnx', precision: 'int8' },
  labels: [],
  timings: { downloadMs: 7, decodeMs: 8, inferMs: 40 },
  serviceMs: 48,
};
const remembered: Classification = {
  ...worked,
  cached: true,
  timings: { downloadMs: 7, decodeMs: 0, inferMs: 0 },
  serviceMs: undefined,
};

test('an answer from memory says so, and nothing of how long an image takes', async () => {
  const told: number[] = [];
  const answers = [worked, remembered];
  const runner = new JobRunner({
    classifier: { classify: async () => answers.shift() ?? expect.fail('asked too often') },
    onWorked: (serviceMs) => told.push(serviceMs),
  });
  const outcomeOf = () => runner.outcomeOf({ kind: 'run', bury: false }, job, holding);
  const first = await outcomeOf();
  expect(first).toMatchObject({ type: 'result', clientRef: 'mine', timings: { inferMs: 40 } });
  expect(first).not.toHaveProperty('cached');
  expect(first).not.toHaveProperty('serviceMs');
  expect(await outcomeOf()).toMatchObject({ cached: true, timings: { downloadMs: 7, inferMs: 0 } });
  expect(told).toEqual([48]);
});
