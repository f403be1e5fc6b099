/**
 * Hypernyms that tell nothing of what is seen, and what is above them: the chains end at animal, person, plant part, food,
 * vehicle, clothing, device, container, structure and the like.
 */
export const TOO_GENERAL: Readonly<Record<string, number>> = {
  // Above all that lives
  ...{ 'causal agent': 7347, organism: 4475, 'living thing': 4258 },
  // Above all that is made
  ...{
    artifact: 21939,
    instrumentality: 3575240,
    conveyance: 3100490,
    covering: 3122748,
    commodity: 3076708,
  },
  ...{ 'consumer goods': 3093574, durables: 3257877, article: 22903, creation: 3129123, product: 4007894 },
  ...{ piece: 3932203, part: 3892891, system: 4377057, medium: 6254669, way: 4564698 },
  // Above all that is found
  ...{
    'natural object': 19128,
    matter: 20827,
    substance: 20090,
    'substance as a part': 19613,
    solid: 15046900,
  },
  ...{ fluid: 14939900, agent: 14778436, material: 14580897, 'part as a relation': 13809207 },
  // Above what cannot be touched
  ...{ communication: 33020, location: 27167, point: 8620061, 'geographic point': 8578706, shape: 27807 },
  ...{ 'round shape': 13865483, attribute: 24264, relation: 31921, abstraction: 2137 },
  // Above all
  ...{ object: 2684, whole: 3553, 'physical entity': 1930, entity: 1740 },
};
