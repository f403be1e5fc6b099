/**
 * What a label may be. It has the first of them that fits: so `animal` is an animal that is none of those before it, and
 * `object` is what nothing else fits.
 */
export const CATEGORIES = [
  ...(['dog', 'cat', 'bird', 'fish', 'reptile', 'amphibian', 'insect', 'animal'] as const),
  ...(['fungus', 'food', 'plant', 'person', 'landscape'] as const),
  ...(['vehicle', 'clothing', 'furniture', 'structure', 'musical instrument', 'weapon', 'toy'] as const),
  ...(['sports equipment', 'appliance', 'electronics', 'container', 'toiletry', 'textile'] as const),
  ...(['tool', 'device', 'object'] as const),
] as const;
export type Category = (typeof CATEGORIES)[number];
