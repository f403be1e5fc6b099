import { CATEGORY_RULES } from './category-rules.ts';
import { noticeIn, nounSynsets, type Synset } from './noun-synsets.ts';
import { synsetsOfClasses } from './synset-of-class.ts';
import { TOO_GENERAL } from './too-general.ts';

type Synsets = ReadonlyMap<number, Synset>;

/** Where the usual name is also that of something quite different in the table: another one of WordNet's own. */
const CLEARER = new Map([
  [3956922, 'industrial plant'],
  [4530566, 'watercraft'],
  [2959942, 'railcar'],
]);
/** WordNet has wheeled vehicles among containers, where nobody would look for them. */
const MISPLACED = { kind: 4576211, under: 3094503 };
const tooGeneral = new Set(Object.values(TOO_GENERAL));

/**
 * `worker/labels/imagenet-hierarchy.ts`.
 *
 * @param names of the 1,000 classes, in their order
 * @param dataNoun WordNet's data.noun
 * @throws Error where a class has no synset, or several
 */
export function hierarchyFile(names: readonly string[], dataNoun: string): string {
  const synsets = nounSynsets(dataNoun);
  const classes = synsetsOfClasses(names, synsets).map((offset, i) => {
    const parents = telling(offset, synsets);
    // Two have none that tells much: then a general one does.
    return {
      name: names[i] ?? '',
      offset,
      parents: parents.length > 0 ? parents : hypernymsOf(offset, synsets),
    };
  });
  const kinds = inOrder(
    classes.flatMap(({ parents }) => parents),
    synsets,
  );
  const place = new Map(kinds.map((offset, i) => [offset, i]));
  const places = (offsets: readonly number[]) => offsets.map((offset) => place.get(offset)).join(',');
  const kindLines = kinds.map((offset) => `${nameOf(offset, synsets)}|${places(telling(offset, synsets))}`);
  const classLines = classes.map(
    ({ name, offset, parents }) => `${name}|${categoryOf(offset, synsets)}|${places(parents)}`,
  );
  return `/*!
 * Made by \`npm run wordnet\` from WordNet 3.0, whose notice follows.
 *
${noticeIn(dataNoun).replace(/^/gm, ' * ').replace(/ +$/gm, '')}
 */

/** Kinds of things: a name, and the places in this list of the kinds that it is a kind of, all of which stand before it. */
export const KINDS = \`
${kindLines.join('\n')}
\`;

/** The 1,000 classes of ImageNet in their order: a name, the category, and the places of its kinds. */
export const CLASSES = \`
${classLines.join('\n')}
\`;
`;
}

const hypernymsOf = (offset: number, synsets: Synsets) => synsets.get(offset)?.hypernyms ?? [];
const nameOf = (offset: number, synsets: Synsets) =>
  CLEARER.get(offset) ?? synsets.get(offset)?.names[0] ?? '';

/** Those hypernyms that tell something. What is too general has none of them above it. */
function telling(offset: number, synsets: Synsets): readonly number[] {
  if (tooGeneral.has(offset)) return [];
  const isMisplaced = (above: number) => offset === MISPLACED.kind && above === MISPLACED.under;
  return hypernymsOf(offset, synsets).filter((above) => !tooGeneral.has(above) && !isMisplaced(above));
}

/** These synsets and all above them, each after those above it. */
function inOrder(offsets: readonly number[], synsets: Synsets): number[] {
  const ordered = new Set<number>();
  const visit = (offset: number) => {
    if (ordered.has(offset)) return;
    for (const above of telling(offset, synsets)) visit(above);
    ordered.add(offset);
  };
  for (const offset of offsets) visit(offset);
  return [...ordered];
}

function categoryOf(offset: number, synsets: Synsets): string {
  const kinds = new Set<number>();
  const visit = (one: number) => {
    kinds.add(one);
    for (const above of hypernymsOf(one, synsets)) visit(above);
  };
  visit(offset);
  const rule = CATEGORY_RULES.find(([, roots]) => Object.values(roots).some((root) => kinds.has(root)));
  return rule?.[0] ?? 'object';
}
