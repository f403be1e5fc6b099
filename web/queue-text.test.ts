import { expect, test } from 'vitest';
import { queueText } from './queue-text.ts';

test('what is ahead and how long it takes are told, and count down', () => {
  expect(queueText(12, 60_000, 0)).toBe('12 ahead, about 60 s');
  expect(queueText(12, 60_000, 55_500)).toBe('12 ahead, about 4.5 s');
  expect(queueText(0, 30_000, 10_000)).toBe('Next, about 20 s');
});

test('what nothing is ahead of, and a worker has at once, is being classified', () => {
  expect(queueText(0, 60, 0)).toBe('Classifying');
  expect(queueText(0, 60, 2_000)).toBe('Classifying');
});

test('where the estimate ran out that is said, and not that it is being classified', () => {
  expect(queueText(12, 60_000, 61_000)).toBe('Due now');
  expect(queueText(12, 60_000, 72_000)).toBe('12 s later than estimated');
  expect(queueText(0, 60, 9_060)).toBe('9.0 s later than estimated');
});

test('what is unknown is not made up', () => {
  expect(queueText(null, null, 5_000)).toBe('In the queue');
  expect(queueText(3, null, 5_000)).toBe('3 ahead');
});
