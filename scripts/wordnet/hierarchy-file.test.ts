import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { testHome } from '../../worker/models/home-for-tests.ts';
import { nounsIn } from './fetch-wordnet.ts';
import { hierarchyFile } from './hierarchy-file.ts';
import { noticeIn, nounSynsets } from './noun-synsets.ts';
import { synsetsOfClasses } from './synset-of-class.ts';

const FILE = new URL('../../worker/labels/imagenet-hierarchy.ts', import.meta.url);

// Lines as they stand in WordNet's data.noun.
const DATA = `  1 This software is licensed to you.
  2${'  '}
00001740 03 n 01 entity 0 000 | that which is
00015388 03 n 02 animal 0 beast 1 001 @ 00001740 n 0000 | a living organism
01503061 05 n 01 bird 0 001 @ 00015388 n 0000 | warm-blooded egg-laying vertebrates
02012849 05 n 01 crane 0 002 @ 01503061 n 0000 #m 01503061 n 0000 | a wading bird
03126707 06 n 01 crane 1 001 @ 03665000 n 0000 | lifts and moves heavy objects
03665000 06 n 01 lifting_device 0 001 @ 00001740 n 0000 | lifts
`;

describe('on lines of WordNet', () => {
  it('a synset has its names and what it is a kind of', () => {
    const synsets = nounSynsets(DATA);
    expect(synsets.get(15388)).toEqual({ names: ['animal', 'beast'], hypernyms: [1740] });
    expect(synsets.get(3665000)?.names).toEqual(['lifting device']);
    expect(synsets.size).toBe(6);
    expect(noticeIn(DATA)).toBe('This software is licensed to you.\n');
  });

  it('the order of the classes tells namesakes apart', () => {
    const synsets = nounSynsets(DATA);
    expect(synsetsOfClasses(['bird', 'crane', 'crane'], synsets)).toEqual([1503061, 2012849, 3126707]);
    expect(
      synsetsOfClasses(
        ['crane', 'lifting device'],
        new Map([...synsets].slice(1, 4).concat([...synsets].slice(5))),
      ),
    ).toEqual([2012849, 3665000]);
  });

  it('a class with several senses or none stops it, by name', () => {
    const synsets = nounSynsets(DATA);
    expect(() => synsetsOfClasses(['animal', 'crane'], synsets)).toThrow(
      /class 2, "crane", may be any of .*2012849, 3126707/,
    );
    expect(() => synsetsOfClasses(['unicorn'], synsets)).toThrow(/"unicorn"/);
  });

  it('what is too general is left out of the chains', () => {
    const file = hierarchyFile(['bird', 'crane', 'crane'], DATA);
    expect(file).toContain('\nanimal|\nbird|0\nlifting device|\n');
    expect(file).toContain('\nbird|bird|0\ncrane|bird|1\ncrane|object|2\n');
    expect(file).toContain(' * This software is licensed to you.\n');
  });
});

describe.runIf(existsSync(nounsIn(testHome)))('with WordNet itself', () => {
  it('the table is what `npm run wordnet` makes', async () => {
    const file = await readFile(FILE, 'utf8');
    const [, classes = ''] = file.split('CLASSES = `\n');
    const names = classes
      .split('\n')
      .flatMap((line) => (line.includes('|') ? [line.split('|')[0] ?? ''] : []));
    expect(hierarchyFile(names, await readFile(nounsIn(testHome), 'latin1'))).toBe(file);
  });
});
