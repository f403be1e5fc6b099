import { expect, it } from 'vitest';
import { DatasetError } from './dataset.ts';
import { NumberLists } from './number-lists.ts';

function read(text: string, pieceBytes = 1000): { lists: number[][]; empty: number } {
  const lists: number[][] = [];
  const reader = new NumberLists(3, (list) => lists.push([...list]));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return { lists, empty: reader.empty };
}

it.each([1, 2, 3, 7, 1000])(
  'reads lists of numbers in pieces of %i bytes, and leaves empty ones out',
  (pieceBytes) => {
    const text = '{"data":[[0,255,7],[],[12,0,100]]}';
    expect(read(text, pieceBytes)).toEqual({
      lists: [
        [0, 255, 7],
        [12, 0, 100],
      ],
      empty: 1,
    });
  },
);

it.each([
  ['a number over 255', '{"data":[[0,256,7]]}'],
  ['too few', '{"data":[[0,1]]}'],
  ['too many', '{"data":[[0,1,2,3]]}'],
  ['a missing number', '{"data":[[0,,2]]}'],
  ['a fraction', '{"data":[[0,1.5,2]]}'],
  ['a list within', '{"data":[[0,[1],2]]}'],
  ['an end in the middle', '{"data":[[0,1,2]'],
])('refuses %s', (_, text) => {
  expect(() => read(text)).toThrow(DatasetError);
});
