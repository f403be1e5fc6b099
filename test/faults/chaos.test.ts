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

const args = ['--jobs', JOBS, '--seed', SEED, '--kills', KILLS, '--rate', 25].map(String);
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

  // Else the trial was none.
  expect(queued).toBeGreaterThanOrEqual(JOBS);
  expect(workers.killed).toBeGreaterThan(KILLS / 2);
  expect(workers.frozen).toBeGreaterThan(0);
  expect(cloud.faultShare).toBeGreaterThan(0.05);
  expect(cloud.outages).toMatchObject({ bucket: expect.any(Number) });
  expect(cloud.deliveries).toMatchObject({
    'sent twice': expect.any(Number),
    'receipts expired early': expect.any(Number),
  });
  expect(outcomes.result).toBeGreaterThan(JOBS / 2);
}, 600_000);
