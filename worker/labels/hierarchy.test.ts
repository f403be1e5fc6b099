import { expect, it } from 'vitest';
import { CATEGORIES } from '../../shared/categories.ts';
import { imagenetPlaces } from './hierarchy.ts';
import { CLASSES, KINDS } from './imagenet-hierarchy.ts';

const places = imagenetPlaces();
/** Of the model's classes, of which 0 is the background. */
const at = (index: number) => places[index - 1];
const kinds = KINDS.trim()
  .split('\n')
  .map((line, place) => {
    const [name = '', above = ''] = line.split('|');
    return { name, place, above: above === '' ? [] : above.split(',').map(Number) };
  });

it('every class has a category and at least one parent', () => {
  expect(places).toHaveLength(1000);
  for (const { parents } of places) expect(parents.length).toBeGreaterThan(0);
  const used = new Set(places.map(({ category }) => category));
  expect(CATEGORIES.filter((category) => !used.has(category))).toEqual([]);
});

it('no kind is a kind of itself, however far the way', () => {
  for (const { above, place } of kinds) for (const one of above) expect(one).toBeLessThan(place);
});

it('a parent comes before those that it is a kind of, and none comes twice', () => {
  const aboveOf = new Map(kinds.map(({ name, above }) => [name, above.map((place) => kinds[place]?.name)]));
  for (const { parents } of places) {
    expect(new Set(parents).size).toBe(parents.length);
    // Of a name that two kinds share, only one is left.
    const clear = parents.filter((name) => kinds.filter((kind) => kind.name === name).length === 1);
    for (const name of clear)
      for (const above of aboveOf.get(name) ?? [])
        if (above !== name)
          expect(parents.indexOf(above ?? ''), `${name} < ${above}`).toBeGreaterThan(parents.indexOf(name));
  }
});

it('each animal is told to be one, and nothing else is', () => {
  const animals = ['dog', 'cat', 'bird', 'fish', 'reptile', 'amphibian', 'insect', 'animal'];
  for (const { parents, category } of places)
    expect(parents.includes('animal')).toBe(animals.includes(category));
});

it.each([
  [135, 'crane', 'bird', 'wading bird'],
  [518, 'crane', 'device', 'lifting device'],
  [639, 'maillot', 'clothing', 'tights'],
  [640, 'maillot', 'clothing', 'swimsuit'],
  [1, 'tench', 'fish', 'cyprinid'],
  [282, 'tabby', 'cat', 'domestic cat'],
  [848, 'tank', 'vehicle', 'military vehicle'],
  [949, 'Granny Smith', 'food', 'eating apple'],
  [883, 'vacuum', 'appliance', 'home appliance'],
  [580, 'grand piano', 'musical instrument', 'piano'],
  [985, 'rapeseed', 'plant', 'oilseed'],
  [627, 'lighter', 'device', 'device'],
])('class %i, %s, is of the category %s, and a %s', (index, name, category, parent) => {
  expect(CLASSES.trim().split('\n')[index - 1]?.split('|')[0]).toBe(name);
  expect(at(index)).toMatchObject({ category });
  expect(at(index)?.parents).toContain(parent);
});
