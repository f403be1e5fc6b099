import { readdir, rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { ensureWeights } from './ensure-weights.ts';
import { homeWithSources } from './home-for-tests.ts';
import { readLabels } from './labels.ts';

let home: string;
afterEach(() => rm(home, { recursive: true, force: true }));

it('what was fetched once is used as it is: nothing is converted, nothing is left beside', async () => {
  const made = await homeWithSources();
  home = made.home;
  const { graph, labels, version } = await ensureWeights({ home });
  expect(graph).toBe(`${made.folder}/graph.lite`);
  expect(await readLabels(labels)).toHaveLength(1001);
  expect(version).not.toBe('');
  expect((await readdir(made.folder)).sort()).toEqual([
    'graph.lite',
    'labels.txt',
    'labrador.jpg',
    'manifest.json',
  ]);
});
