import { expect, test } from 'vitest';
import { parseMappings, togetherKib } from './memory-together.ts';

const mapping = (place: string, rss: number, anonymous: number) => `5600-5700 r-xp ${place}
Size:               9999 kB
Rss:                ${rss} kB
Pss:                   1 kB
Anonymous:          ${anonymous} kB
VmFlags: rd ex mr mw me`;
const PROGRAM = '00001000 fe:00 77    /usr/bin/node';
const DATA = '00009000 fe:00 77    /usr/bin/node';
const HEAP = '00000000 00:00 0    [heap]';
const processOf = (...mappings: string[]) => parseMappings(mappings.join('\n'));

test('what two processes show of a program counts once, as much as the one that shows more', () => {
  expect(togetherKib([processOf(mapping(PROGRAM, 400, 0)), processOf(mapping(PROGRAM, 300, 0))])).toBe(400);
});

test('each process has its own heap, and its own of what it wrote to', () => {
  const one = processOf(mapping(DATA, 50, 40), mapping(HEAP, 100, 100));
  expect(togetherKib([one, one])).toBe(40 + 40 + 10 + 200);
});

test('two places of one file are two', () => {
  expect(togetherKib([processOf(mapping(PROGRAM, 10, 0)), processOf(mapping(DATA, 20, 0))])).toBe(30);
});
