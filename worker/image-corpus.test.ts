import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildWorker } from '../local/build-worker.ts';
import { Results } from '../shared/results.ts';
import { send } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { IMAGE_CORPUS } from './testing/image-corpus.ts';
import { jobFor } from './testing/jobs.ts';

/** What a worker and its decoder may take together, whatever the image: in MB of a million bytes. */
const MEMORY_MB = 512;
const ENGINE = process.env.CORPUS_ENGINE ?? 'echo';
const PATIENCE_MS = 60_000;
/** What a machine's `worker.env` adds to that. */
const MACHINE = { NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=192', MALLOC_ARENA_MAX: '2' };

const fixture = useFixture();
const results = new Results('bucket');
let worker: ChildProcess;
const family: number[] = [];
let said = '';

const childrenOf = (parent: number) =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[1] === String(parent)
      );
    } catch {
      return false; // it ended between the two looks
    }
  });
/**
 * What the worker and its decoder have in memory, in MB: of each what is its own, and what they map of files, which is
 * Node.js for both, once.
 */
const residentMb = () => {
  const pages = family.map((pid) => readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number));
  const own = pages.map(([, resident = Number.NaN, shared = Number.NaN]) => resident - shared);
  const shared = Math.max(...pages.map(([, , files = Number.NaN]) => files));
  return [...own, shared].map((count) => (count * 4096) / 1e6);
};
/** The most that both ever had at a time, looked at again and again. */
let peakMb: number[] = [];
let watch: NodeJS.Timeout;
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

beforeAll(async () => {
  const program = await buildWorker();
  const { cloud, images } = fixture();
  const env = { ...cloud.env, ALLOWED_PRIVATE_HOSTS: images.host, ENGINE, LOG_LEVEL: 'info', ...MACHINE };
  worker = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  worker.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  await vi.waitFor(() => expect(said).toContain('worker ready'), { timeout: PATIENCE_MS, interval: 50 });
  family.push(worker.pid ?? 0, ...childrenOf(worker.pid ?? 0).map(Number));
  expect(family).toHaveLength(2);
  watch = setInterval(() => {
    const now = residentMb();
    if (sum(now) > sum(peakMb)) peakMb = now;
  }, 20);
});
afterAll(() => {
  clearInterval(watch);
  worker.kill('SIGKILL');
});

/** What becomes of a job with this image in a real worker: `label`, or the code of its error. */
async function endOf(path: string, image: Buffer): Promise<string> {
  const { cloud, images } = fixture();
  const url = images.on(path, (_request, response) => response.end(image));
  const job = jobFor(url);
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  const { outcome } = await vi.waitFor(
    async () =>
      (await results.find(job.requestId)) ?? expect.fail(`nothing is stored yet; ${said.slice(-500)}`),
    { timeout: PATIENCE_MS, interval: 10 },
  );
  return outcome.type === 'error' ? outcome.error.code : 'label';
}

describe('in a worker as it is deployed', () => {
  it.each(IMAGE_CORPUS)(
    '$name ends in: $ends',
    { timeout: 2 * PATIENCE_MS },
    async ({ name, ends, make }) => {
      expect(await endOf(`/${encodeURIComponent(name)}`, await make())).toBe(ends);
    },
  );

  it('eight files of 20 MB at once, and none of them an image', { timeout: PATIENCE_MS }, async () => {
    const noise = Buffer.alloc(20_000_000, 'JFIF');
    noise.set([0xff, 0xd8, 0xff, 0xe0]);
    const ends = await Promise.all(Array.from({ length: 8 }, (_, i) => endOf(`/noise-${i}`, noise)));
    expect(new Set(ends)).toEqual(new Set(['UNSUPPORTED_IMAGE']));
  });

  it('neither the worker nor its decoder died, and together they never had more than 512 MB', () => {
    expect(worker.exitCode ?? worker.signalCode).toBeNull();
    expect(said).not.toContain('killed its decoder');
    console.info(`peak of worker, decoder and what they share, MB: ${peakMb.map(Math.round).join(' + ')}`);
    expect(residentMb()).not.toContain(Number.NaN); // both are still there
    expect(sum(peakMb)).toBeLessThan(MEMORY_MB);
  });
});
