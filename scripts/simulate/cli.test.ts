import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { POLICIES } from '../../scaler/simulator/policies.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const simulate = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/simulate.ts', ...args], { cwd: root });
const refused = (...args: string[]): Promise<string> =>
  simulate(...args).then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { stderr: string }) => error.stderr,
  );

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('all policies on a trace of one’s own: an array of an object a policy, and a page that holds the plots', async () => {
  const trace = join(folder, 'mine.txt');
  const page = join(folder, 'mine.html');
  await writeFile(trace, '0\n20\n20.5\n\n1000\n');
  const { stdout } = await simulate('--policy', 'all', '--trace', trace, '--json', '--html', page);
  const figures: { policy: string; trace: string; requests: number }[] = JSON.parse(stdout);
  expect(figures.map(({ policy }) => policy)).toEqual([...POLICIES]);
  expect(figures[0]).toEqual({
    policy: 'backlog',
    trace: 'mine.txt',
    requests: 4,
    answered: 4,
    timedOut: 0,
    sloPercent: 100,
    meanMs: expect.any(Number),
    p50Ms: 44,
    p95Ms: expect.any(Number),
    p99Ms: expect.any(Number),
    maxMs: expect.any(Number),
    instanceSeconds: 60,
    launches: 0,
    terminations: 0,
    busyKilled: 0,
    reversalsPer10Min: 0,
    launchesWhilePendingSufficed: 0,
  });
  const html = await readFile(page, 'utf8');
  expect(html).toContain('target-tracking: machines');
  expect(html).not.toMatch(/src=|href=/);
}, 60_000);

test('a bad line of a trace is named', async () => {
  const trace = join(folder, 'bad.txt');
  await writeFile(trace, '0\n5\nsoon\n');
  expect(await refused('--trace', trace)).toContain(`${trace}, line 3: "soon" is not a time in ms`);
}, 30_000);

test('options that make no sense are told all at once', async () => {
  const told = await refused(
    '--policy',
    'hope',
    '--min-workers',
    '5',
    '--max-workers',
    '2',
    '--boot-failure',
    '3',
  );
  expect(told).toContain('there is no policy hope');
  expect(told).toContain('--min-workers 5 is more than --max-workers 2');
  expect(told).toContain('--boot-failure');
}, 30_000);

test('where there is nothing to run, or no place for what comes of it, that is said before anything is run', async () => {
  expect(await refused('--policy=')).toContain('no policy is named');
  const told = await refused('--html', join(folder, 'nowhere', 'page.html'), '--svg', import.meta.filename);
  expect(told).toContain('--html cannot be written: ENOENT');
  expect(told).toContain('--svg cannot be written: EEXIST');
  expect(told).not.toContain('burst-40');
}, 30_000);
