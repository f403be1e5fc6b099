import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const latency = {
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  meanMs: z.number(),
  maxMs: z.number(),
};
const report = z.object({
  mode: z.string(),
  engine: z.string(),
  precision: z.string(),
  imagesPerSecond: z.number().positive(),
  ...latency,
  answered: z.int().positive(),
  timedOut: z.literal(0),
  errors: z.literal(0),
  rows: z.array(z.object({ name: z.string() })).min(1),
  configuration: z.record(z.string(), z.union([z.string(), z.number()])),
  machine: z.object({ cpu: z.string(), cores: z.int(), node: z.string(), loadAverage: z.number() }),
});

/** What `npm run bench -- …` prints to stdout, which has to be one JSON object and nothing else. */
async function bench(...args: string[]) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/bench.ts', ...args, '--json'],
    { cwd: root },
  );
  return report.parse(JSON.parse(stdout));
}

test('the engine is measured without a service, in both precisions', async () => {
  const { mode, engine, rows } = await bench(
    'engine',
    '--no-tfjs',
    '--duration',
    '2',
    '--warm-up',
    '0.1',
    '--rounds',
    '1',
  );
  expect({ mode, engine }).toEqual({ mode: 'engine', engine: 'onnx' });
  expect(rows.map(({ name }) => name)).toEqual(['onnx int8', 'onnx fp32']);
});

test('the overhead is measured against a service that the bench starts and ends itself', async () => {
  // Long enough for answers on a machine that has much else to do.
  const span = ['--duration', '2', '--warm-up', '0.1'];
  const { mode, engine, precision, rows } = await bench(
    'overhead',
    ...span,
    '--workers',
    '1',
    '--concurrency',
    '1',
    '8',
  );
  expect({ mode, engine, precision }).toEqual({ mode: 'overhead', engine: 'echo', precision: 'int8' });
  expect(rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['1 at once', '8 at once', 'process: worker', 'process: load generator']),
  );
});
