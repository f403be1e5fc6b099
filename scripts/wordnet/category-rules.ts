import type { Category } from '../../shared/categories.ts';

/**
 * By which a class gets its category: the first for which one of these synsets is among its hypernyms, or its own. Without
 * any it is an `object`. Things are told by their use before their make: WordNet has vehicles among containers.
 */
export const CATEGORY_RULES: readonly (readonly [Category, Readonly<Record<string, number>>])[] = [
  ['dog', { dog: 2084071 }],
  ['cat', { cat: 2121620 }],
  ['bird', { bird: 1503061 }],
  ['fish', { fish: 2512053 }],
  ['reptile', { reptile: 1661091 }],
  ['amphibian', { amphibian: 1627424 }],
  ['insect', { insect: 2159955 }],
  ['animal', { animal: 15388 }],
  ['fungus', { fungus: 12992868 }],
  // Of the substance and of what is eaten as it is: WordNet has two.
  ['food', { food: 21265, 'solid food': 7555863, beverage: 7881800, kernel: 12157056 }],
  ['plant', { plant: 17222, 'plant part': 13086908 }],
  ['person', { person: 7846 }],
  ['landscape', { 'geological formation': 9287968 }],
  ['vehicle', { vehicle: 4524313, bus: 2924116, train: 4468005 }],
  // Whatever is worn. The cloak is filed under coverings of any kind.
  ['clothing', { clothing: 3051540, footwear: 3380867, 'body armor': 2862048, 'armor plate': 2740764 }],
  ['clothing', { helmet: 3513376, 'face mask': 3314378, adornment: 2681518, spectacles: 4272054 }],
  ['clothing', { cloak: 3045698 }],
  ['furniture', { furnishing: 3405265 }],
  // Of rope or wire, which is a structure of another kind.
  ['object', { coil: 3065424 }],
  ['structure', { structure: 4341686, roof: 4105068, workplace: 4602044, platform: 3961939, pier: 3933933 }],
  ['structure', { 'bell cote': 2825657, birdhouse: 2843684 }],
  ['musical instrument', { 'musical instrument': 3800933 }],
  ['weapon', { weapon: 4565375 }],
  ['toy', { plaything: 3964744, puzzle: 4028315 }],
  [
    'sports equipment',
    { 'sports equipment': 4285146, 'game equipment': 3414162, puck: 4019541, ski: 4228054 },
  ],
  ['sports equipment', { 'sports implement': 4285622 }],
  ['appliance', { appliance: 2729837, stove: 4330267, heater: 3508101, oven: 3862676, fan: 3320046 }],
  ['electronics', { 'electronic equipment': 3278248, 'digital computer': 3196324, 'web site': 6359193 }],
  ['electronics', { peripheral: 3916720, 'data input device': 3163973, 'memory device': 3744840 }],
  ['electronics', { 'electronic device': 3277771, 'electro-acoustic transducer': 3274561, display: 3211117 }],
  ['electronics', { 'communication system': 3078287, camera: 2942699, 'remote control': 4074963 }],
  ['electronics', { duplicator: 3257586 }],
  ['container', { container: 3094503 }],
  ['toiletry', { toiletry: 4447443, 'face powder': 3314780, sunscreen: 4357314 }],
  [
    'textile',
    { fabric: 3309808, 'piece of cloth': 3932670, bedclothes: 2820210, cushion: 3151500, mat: 3727837 },
  ],
  ['tool', { implement: 3563967, machine: 3699975, instrument: 3574816, fastener: 3323703 }],
  ['device', { device: 3183080 }],
];
