import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'onnxruntime-'));
});
afterEach(() => rm(home, { recursive: true }));

/** Starts onnxruntime, by a model that is none, in a process that has nothing but a home; gives the files that it leaves there. */
async function filesLeftBy(module: string): Promise<string[]> {
  const program = `
    const { InferenceSession } = await import(${JSON.stringify(module)});
    const refused = await InferenceSession.create(new Uint8Array(3)).then(() => false, () => true);
    if (!refused) throw new Error('that is no model');`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program];
  // Nothing of this process's environment: where CI is set, onnxruntime is silent anyway. What it would send gets nowhere.
  const env = { HOME: home, https_proxy: 'http://127.0.0.1:9' };
  await promisify(execFile)(process.execPath, args, { env });
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('tells nobody of the machine and its models', async () => {
  expect(await filesLeftBy(new URL('./onnxruntime.ts', import.meta.url).href)).toEqual([]);
});

// Else the test above would pass whatever it does.
test.runIf(process.platform === 'linux')('would otherwise', async () => {
  expect(await filesLeftBy(import.meta.resolve('onnxruntime-node'))).toContain('deviceid');
});
