import { expect, it } from 'vitest';
import { parseLabelsCsv } from './labels-csv.ts';

it('tells each file’s class by name or by index', () => {
  expect(parseLabelsCsv('a.jpg,tench\n./b/c.png, 518\n')).toEqual(
    new Map([
      ['a.jpg', { name: 'tench' }],
      ['b/c.png', { index: 518 }],
    ]),
  );
});

it('passes over a heading, a byte-order mark, empty lines and Windows’ line ends', () => {
  expect([...parseLabelsCsv('\ufeffFile,Label\r\n\r\na.jpg,tench\r\n').keys()]).toEqual(['a.jpg']);
});

it('takes names with commas, quoted or not', () => {
  const rows = parseLabelsCsv('a.jpg,"tench, Tinca tinca"\nb.jpg,tench, Tinca tinca\n');
  expect([...rows.values()]).toEqual([{ name: 'tench, Tinca tinca' }, { name: 'tench, Tinca tinca' }]);
});

it('a row without a class has an empty name', () => {
  expect(parseLabelsCsv('a.jpg\n').get('a.jpg')).toEqual({ name: '' });
});
