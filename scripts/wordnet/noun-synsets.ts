/** A set of nouns with one meaning. */
export interface Synset {
  /** Its names, the usual one first. */
  readonly names: readonly string[];
  /** What it is a kind of, or an instance of: the offsets of synsets. */
  readonly hypernyms: readonly number[];
}

/** A synset's line in WordNet's data.noun: see wndb(5WN). */
const LINE = /^(\d{8}) \d\d n ([0-9a-f]{2}) (.*?) \| /;
const WORD = /(\S+) [0-9a-f] /g;
const HYPERNYM = /@i? (\d{8}) n 0000/g;

/** The nouns of WordNet by their offsets, which with WordNet 3.0 are ImageNet's ids. */
export function nounSynsets(dataNoun: string): ReadonlyMap<number, Synset> {
  const synsets = new Map<number, Synset>();
  for (const line of dataNoun.split('\n')) {
    const [, offset, count = '', rest = ''] = LINE.exec(line) ?? [];
    if (offset === undefined) continue;
    const words = [...`${rest} `.matchAll(WORD)].slice(0, Number.parseInt(count, 16));
    synsets.set(Number(offset), {
      names: words.map(([, word = '']) => word.replaceAll('_', ' ')),
      hypernyms: [...rest.matchAll(HYPERNYM)].map(([, hypernym]) => Number(hypernym)),
    });
  }
  return synsets;
}

/** The licence at the head of WordNet's files, which is to go with all that is made of them. */
export const noticeIn = (dataNoun: string): string =>
  [...dataNoun.matchAll(/^ {1,2}\d{1,2} ?(.*?) *$/gm)].map(([, line]) => line).join('\n');
