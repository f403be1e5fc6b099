import { beforeAll, expect, it } from 'vitest';
import { ensureModel } from './ensure-model.ts';
import { testHome } from './home-for-tests.ts';
import { parseLabels, readLabels } from './labels.ts';

let labels: readonly string[];
beforeAll(async () => {
  labels = await readLabels((await ensureModel({ home: testHome })).labels);
});

it('there are 1001, the background first, then tench', () => {
  expect(labels).toHaveLength(1001);
  expect(labels.slice(0, 2)).toEqual(['background', 'tench']);
  expect(labels[209]).toBe('Labrador retriever');
});

it('the last one, cut short in the file, is mended', () => {
  expect(labels[1000]).toBe('toilet tissue');
});

it('two names stand twice, so only the index tells classes apart', () => {
  const twice = labels.filter((label, index) => labels.indexOf(label) !== index);
  expect(twice).toEqual(['crane', 'maillot']);
});

it('a file of another length is refused', () => {
  expect(() => parseLabels('dummy\ntench\n', { classes: 1001 })).toThrow('2 labels instead of 1001');
});
