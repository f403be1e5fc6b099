import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type ChaosReport, chaosReport } from '../../scripts/chaos/report.ts';
import { ended } from '../harness/service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SEED = 1;
const JOBS = 500;
const KILLS = 8;
/** In s; far longer than the run takes on a slow machine: a job that ends by its deadline would have been lost before. */
const DEADLINE = 500;

const numbers = ['--jobs', JOBS, '--seed', SEED, '--kills', KILLS, '--rate', 25, '--deadline', DEADLINE];
const args = numbers.map(String);
const chaos = spawn(process.execPath, ['--import', 'tsx', 'scripts/chaos.ts', ...args, '--json'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'pipe'],
});
afterAll(() => ended(chaos, 'SIGTERM'));

async function reportOf(): Promise<ChaosReport> {
  let [output, progress] = ['', ''];
  chaos.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  chaos.stderr?.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
  });
  await once(chaos, 'close');
  if (output === '') throw new Error(`chaos said nothing:\n${progress}`);
  return chaosReport.parse(JSON.parse(output));
}

test('under faults of every kind nothing is lost, nothing is stored twice, and all who asked are told', async () => {
  const { violations, workers, cloud, outcomes, queued, stored, accepted } = await reportOf();
  expect(violations).toEqual([]);
  expect(chaos.exitCode).toBe(0);
  expect(stored).toBe(queued);
  expect(accepted).toBeGreaterThan(JOBS / 2); // some clients vanish before they are told
  expect(outcomes.TIMEOUT).toBeUndefined();

  // Else the trial was none.
  expect(queued).toBeGreaterThan(0.8 * JOBS); // some clients vanish before they have asked
  expect(workers.killed).toBeGreaterThan(KILLS / 2);
  expect(workers.frozen).toBeGreaterThan(0);
  expect(cloud.faultShare).toBeGreaterThan(0.05);
  expect(cloud.outages).toMatchObject({ bucket: expect.any(Number) });
  expect(cloud.deliveries).toMatchObject({
    'sent twice': expect.any(Number),
    'receipts expired early': expect.any(Number),
  });
}, 900_000);
