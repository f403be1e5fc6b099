/** A source of whole numbers below a limit, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
type Random = ReturnType<typeof randomFrom>;
const pick = <T>(random: Random, [first, ...rest]: readonly [T, ...T[]]): T =>
  rest[random(rest.length + 1) - 1] ?? first;

/** What programs that read JSON have stumbled over. */
const ODD_VALUES: readonly [unknown, ...unknown[]] = [
  null,
  '',
  0,
  -1,
  1.5,
  1e308,
  -0,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  '\u0000',
  '\ud800',
  '\uffff',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  '../../etc/passwd',
  'http://169.254.169.254/',
  Array.from({ length: 200 }, () => 'http://a.example/'),
  { toString: 1, length: -1 },
];
const ODD_TEXTS: readonly [string, ...string[]] = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '1e999',
  '-',
  '\\u0000',
  '"__proto__":{"a":1},',
  '\u0000',
  '\ufeff',
  '\ud800',
  '[['.repeat(2_000),
  '{"a":'.repeat(2_000),
];

/** A value with one of its parts, however deep, replaced, dropped or doubled. */
function mutateValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random(4) === 0) return pick(random, ODD_VALUES);
  if (Array.isArray(value)) {
    const [head = null] = value;
    return random(2) === 0
      ? [...value, head]
      : value.map((one) => (random(2) === 0 ? mutateValue(one, random) : one));
  }
  const entries = Object.entries(value);
  const chosen = random(entries.length + 1);
  return Object.fromEntries(
    entries.flatMap(([key, one], i) => {
      if (i !== chosen) return [[key, one]];
      return random(4) === 0 ? [] : [[key, mutateValue(one, random)]];
    }),
  );
}

/** A text with a few places cut out, doubled, or filled with what hurts. */
function mutateText(text: string, random: Random): string {
  let mutated = text;
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(mutated.length + 1);
    const to = at + random(8);
    const put = pick(random, [
      '',
      mutated.slice(at, to).repeat(2),
      pick(random, ODD_TEXTS),
      String.fromCharCode(random(65_536)),
    ]);
    mutated = mutated.slice(0, at) + put + mutated.slice(to);
  }
  return mutated;
}

/** Something like the JSON of `example`: a part of it replaced, its text damaged, both, or nothing of it left. */
export function mutateJson(example: unknown, seed: number): string {
  const random = randomFrom(seed);
  const way = random(8);
  if (way === 0) return mutateText('', random);
  const value = way < 5 ? mutateValue(example, random) : example;
  const text = JSON.stringify(value);
  return way > 3 ? mutateText(text, random) : text;
}

/** A file with a few of its bytes changed, cut out or doubled, mostly near its beginning, where the headers are. */
export function mutateBytes(file: Buffer, seed: number): Buffer {
  const random = randomFrom(seed);
  let mutated = Buffer.from(file);
  for (let times = 1 + random(6); times > 0; times--) {
    const at = random(random(2) === 0 ? Math.min(200, mutated.length + 1) : mutated.length + 1);
    switch (random(5)) {
      case 0:
        mutated.fill(pick(random, [0, 0xff, 0x7f, 0x80]), at, Math.min(at + 1 + random(4), mutated.length));
        break;
      case 1:
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + 1 + random(40))]);
        break;
      case 2:
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(Math.max(0, at - random(400)))]);
        break;
      default:
        mutated[at] = random(256);
    }
  }
  return mutated;
}
