/** Numbers that look random, and are the same for the same seed. */
export interface Random {
  /** 0 ≤ x < 1 */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** Time to the next of a Poisson stream of mean `mean`. */
  exponential(mean: number): number;
}

/** Mulberry32, of 32 bits of state: enough for simulations, and quick. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    // Box and Muller.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
  };
}
