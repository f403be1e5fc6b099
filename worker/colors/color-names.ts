import { type Lab, oklab, squareDistance } from './oklab.ts';

/**
 * Names that most people use, and what they mean by them: medians of the xkcd colour survey (2010, CC0), and the colours
 * that CSS has under the name where these are far from them. Of greys several, for each stands for a wide range.
 */
const NAMES: Readonly<Record<string, readonly number[]>> = {
  ...{ black: [0x000000, 0x101010, 0x1c1c1c], 'dark grey': [0x363737, 0x505050], white: [0xffffff] },
  ...{ grey: [0x929591, 0x757575], 'light grey': [0xd8dcd6, 0xbababa] },
  ...{ 'dark red': [0x840000], red: [0xe50000], maroon: [0x650021], salmon: [0xff796c] },
  ...{ pink: [0xff81c0], 'light pink': [0xffd1df], magenta: [0xc20078, 0xff00ff] },
  ...{
    'dark brown': [0x341c02],
    brown: [0x653700, 0x6f5a35],
    'light brown': [0xad8150, 0x8f7a58],
    tan: [0xd1b26f],
  },
  ...{ beige: [0xe6daa6], cream: [0xffffc2], khaki: [0xaaa662], mustard: [0xceb301], yellow: [0xffff14] },
  ...{ 'dark orange': [0xc65102], orange: [0xf97306, 0xffa500], peach: [0xffb07c] },
  ...{
    olive: [0x6e750e],
    'dark green': [0x033500, 0x2f4f2f],
    green: [0x15b01a, 0x008000, 0x00ff00, 0x2e8b57],
  },
  ...{ 'light green': [0x96f97b], 'pale green': [0xc7fdb5], 'lime green': [0x89fe05] },
  ...{ teal: [0x029386], turquoise: [0x06c2ac], cyan: [0x00ffff] },
  ...{ 'dark blue': [0x00035b, 0x000080, 0x2a3d66], blue: [0x0343df], 'sky blue': [0x75bbfd] },
  ...{ 'light blue': [0x95d0fc], lavender: [0xc79fef], 'light purple': [0xbf77f6] },
  ...{ 'dark purple': [0x35063e], purple: [0x7e1e9c], violet: [0x9a0eea] },
};

/** Lightness counts less: a shade keeps its name, and a dark blue is no brown that is as dark. */
const LIGHTNESS = 0.6;
const weighed = ([l, a, b]: Lab): Lab => [l * LIGHTNESS, a, b];

const KNOWN = Object.entries(NAMES).flatMap(([name, colours]) =>
  colours.map((rgb) => ({ name, lab: weighed(oklab(rgb >> 16, (rgb >> 8) & 255, rgb & 255)) })),
);

/** The name whose colour looks most like it. */
export function colorName(lab: Lab): string {
  const asked = weighed(lab);
  let best = { name: '', distance: Number.POSITIVE_INFINITY };
  for (const known of KNOWN) {
    const distance = squareDistance(asked, known.lab);
    if (distance < best.distance) best = { name: known.name, distance };
  }
  return best.name;
}
