/**
 * What a label may be, the narrowest first: a label has the first of them that fits. So `animal` is an animal that is none
 * of those before it.
 */
export const CATEGORIES = [
  ...(['dog', 'cat', 'bird', 'fish', 'reptile', 'amphibian', 'insect', 'animal'] as const),
  ...(['plant', 'fungus', 'food', 'person', 'landscape'] as const),
  ...(['vehicle', 'clothing', 'furniture', 'building', 'musical instrument', 'weapon'] as const),
  ...(['appliance', 'electronics', 'tool', 'container', 'toy', 'sports equipment', 'object'] as const),
] as const;
export type Category = (typeof CATEGORIES)[number];
