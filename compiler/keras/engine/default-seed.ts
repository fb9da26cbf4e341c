// Seeds for what is given none: by chance, until `setRandomSeed` makes them repeatable.

let source: () => number = Math.random;

/** A seed from 0 to 1e9 - 1: by chance, or the next one after `setRandomSeed`. */
export const makeDefaultSeed = (): number => Math.floor(source() * 1e9);

/** Makes the default seeds that follow a function of this one. */
export function seedDefaultSeeds(seed: number): void {
  source = hostRandom(seed);
}

/** Uniform numbers in [0, 1) on the host, a function of the seed (Tommy Ettinger's mulberry32). */
export function hostRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
