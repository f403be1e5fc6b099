import { beforeAll, expect, it } from 'vitest';
import { ensureModel } from '../../worker/models/ensure-model.ts';
import { testHome } from '../../worker/models/home-for-tests.ts';
import { readLabels } from '../../worker/models/labels.ts';
import { ClassNames, classNameIn } from './class-names.ts';

let names: ClassNames;
beforeAll(async () => {
  names = new ClassNames(await readLabels((await ensureModel({ home: testHome })).labels));
});

it.each([
  ['n02099712_Labrador_retriever.JPEG', [208 + 1]],
  ['sub/folder/n01440764_tench.png', [1]],
  ['n02089078_black-and-tan_coonhound.jpg', [166]],
  ['n02089078_black_and_tan_coonhound.jpg', [166]],
  ["n03590841_jack-o'-lantern.jpg", [608]],
  ['n03590841_JACK_O_LANTERN.jpg', [608]],
  ['n02086240_shih-tzu.jpg', [156]],
  ['tench.webp', [1]],
])('the file %s is of class %j', (file, indices) => {
  expect(names.find(classNameIn(file))).toEqual(indices);
});

it('a name that two classes share gives both', () => {
  expect(names.find('crane')).toEqual([135, 518]);
  expect(names.find('Maillot')).toEqual([639, 640]);
});

it('names that differ by case alone are told apart where the case is right', () => {
  expect(names.find('Cardigan')).toEqual([265]);
  expect(names.find('cardigan')).toEqual([475]);
  expect(names.find('CARDIGAN')).toEqual([265, 475]);
});

it('of several names with commas between one has to be known', () => {
  expect(names.find('tench, Tinca tinca')).toEqual([1]);
});

it('what is no class is not found, and neither is the background', () => {
  expect(names.find(classNameIn('n02099712_1234.JPEG'))).toEqual([]);
  expect(names.find('background')).toEqual([]);
  expect(names.find('')).toEqual([]);
});
