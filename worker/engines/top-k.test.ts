import { expect, it } from 'vitest';
import { topKLabels } from './top-k.ts';

const labels = ['background', 'tench', 'crane', 'crane', 'ear'];
const rank = (probabilities: number[], topK = 5, minConfidence = 0) =>
  topKLabels(Float32Array.from(probabilities), labels, { topK, minConfidence });

it('the best come first, as many as asked for', () => {
  expect(rank([0, 0.2, 0.5, 0.1, 0.2], 2)).toEqual([
    { label: 'crane', index: 2, confidence: 0.5 },
    { label: 'tench', index: 1, confidence: 0.2 },
  ]);
});

it('the background is never among them', () => {
  expect(rank([0.9, 0.02, 0.03, 0.04, 0.01]).map(({ index }) => index)).toEqual([3, 2, 1, 4]);
});

it('equals are ordered by index, and namesakes kept apart', () => {
  expect(rank([0, 0.25, 0.25, 0.25, 0.25]).map(({ index }) => index)).toEqual([1, 2, 3, 4]);
});

it('confidences have six decimals, and what is below the least wanted is left out', () => {
  expect(rank([0, 1 / 3, 0.4999999, 0.1, 0.06], 5, 0.3)).toEqual([
    { label: 'crane', index: 2, confidence: 0.5 },
    { label: 'tench', index: 1, confidence: 0.333333 },
  ]);
});

it('nothing sure enough gives an empty list', () => {
  expect(rank([0, 0.2, 0.3, 0.2, 0.3], 5, 0.9)).toEqual([]);
});
