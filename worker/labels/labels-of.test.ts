import { describe, expect, it } from 'vitest';
import { imagenetPlaces } from './hierarchy.ts';
import { CLASSES } from './imagenet-hierarchy.ts';
import { labelsOf } from './labels-of.ts';

const NONE = { topK: 5, minConfidence: 0 };

describe('of any model', () => {
  const classes = { labels: ['background', 'tench', 'crane', 'crane', 'ear'], background: 0 };
  const rank = (probabilities: number[], options: object = {}) =>
    labelsOf(Float32Array.from(probabilities), classes, { ...NONE, ...options });

  it('the best come first, as many as asked for', () => {
    expect(rank([0, 0.2, 0.5, 0.1, 0.2], { topK: 2 })).toEqual([
      { label: 'crane', index: 2, confidence: 0.5 },
      { label: 'tench', index: 1, confidence: 0.2 },
    ]);
  });

  it('the background is never among them', () => {
    expect(rank([0.9, 0.02, 0.03, 0.04, 0.01]).map(({ index }) => index)).toEqual([3, 2, 1, 4]);
  });

  it('without a background the first class is one like the others', () => {
    const probabilities = Float32Array.from([0.6, 0.4]);
    expect(labelsOf(probabilities, { labels: ['shoe', 'shirt'] }, NONE)[0]).toMatchObject({ label: 'shoe' });
  });

  it('equals are ordered by index, and namesakes kept apart', () => {
    expect(rank([0, 0.25, 0.25, 0.25, 0.25]).map(({ index }) => index)).toEqual([1, 2, 3, 4]);
  });

  it('confidences have six decimals, and what is below the least wanted is left out', () => {
    expect(rank([0, 1 / 3, 0.4999999, 0.1, 0.06], { minConfidence: 0.3 })).toEqual([
      { label: 'crane', index: 2, confidence: 0.5 },
      { label: 'tench', index: 1, confidence: 0.333333 },
    ]);
  });

  it('nothing sure enough gives an empty list', () => {
    expect(rank([0, 0.2, 0.3, 0.2, 0.3], { minConfidence: 0.9 })).toEqual([]);
  });

  it('names are taken in or left out before the best are counted, in capitals or not', () => {
    const probabilities = [0, 0.4, 0.3, 0.2, 0.1];
    expect(rank(probabilities, { topK: 1, includeLabels: ['CRANE', 'ear'] })).toMatchObject([{ index: 2 }]);
    expect(rank(probabilities, { topK: 2, excludeLabels: ['Tench'] })).toMatchObject([
      { index: 2 },
      { index: 3 },
    ]);
    expect(rank(probabilities, { includeLabels: ['crane'], excludeLabels: ['crane'] })).toEqual([]);
  });

  it('without a hierarchy there are no parents and no categories', () => {
    const [best] = rank([0, 1, 0, 0, 0], { parents: true });
    expect(best).toEqual({ label: 'tench', index: 1, confidence: 1, parents: [] });
    expect(rank([0, 1, 0, 0, 0], { includeCategories: ['fish'] })).toEqual([]);
    expect(rank([0, 1, 0, 0, 0], { includeLabels: ['fish'] })).toEqual([]);
  });
});

describe('of the classes of ImageNet', () => {
  const names = CLASSES.trim()
    .split('\n')
    .map((line) => line.split('|')[0] ?? '');
  const classes = { labels: ['background', ...names], background: 0, hierarchy: 'imagenet' } as const;
  // The later a class, the surer.
  const probabilities = Float32Array.from({ length: 1001 }, (_, index) => index / 1001);
  const rank = (options: object) =>
    labelsOf(probabilities, classes, { topK: 1000, minConfidence: 0, ...options });

  it('a parent’s name takes in all that is of its kind', () => {
    const dogs = rank({ includeLabels: ['Dog'] });
    expect(dogs).toHaveLength(118);
    expect(dogs.every(({ index }) => index >= 152 && index <= 269)).toBe(true);
    expect(rank({ includeLabels: ['animal'] })).toHaveLength(398);
    expect(rank({ includeLabels: ['animal'], excludeLabels: ['dog', 'Persian cat'] })).toHaveLength(
      398 - 119,
    );
  });

  it('every filter must let a label pass', () => {
    const found = rank({ includeLabels: ['crane', 'tench'], includeCategories: ['bird', 'insect'] });
    expect(found).toMatchObject([{ label: 'crane', index: 135 }]);
    expect(rank({ includeLabels: ['dog'], includeCategories: ['vehicle'] })).toEqual([]);
  });

  it('what is filtered away leaves the confidences of the others as they were', () => {
    const [fish] = rank({ includeCategories: ['fish'], topK: 1 });
    expect(fish).toEqual(rank({}).find(({ index }) => index === fish?.index));
  });

  it('parents and category are told where they are asked for, and only there', () => {
    const [labrador] = rank({ includeLabels: ['Labrador retriever'], parents: true });
    expect(labrador).toMatchObject({ index: 209, category: 'dog' });
    expect(labrador?.parents?.slice(0, 4)).toEqual(['retriever', 'sporting dog', 'hunting dog', 'dog']);
    expect(labrador?.parents?.at(-1)).toBe('animal');
    expect(rank({ topK: 1 })[0]).not.toHaveProperty('parents');
    const places = imagenetPlaces();
    expect(rank({ parents: true }).map(({ category }) => category)).toEqual(
      places.toReversed().map(({ category }) => category),
    );
  });
});
