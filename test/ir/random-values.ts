// Repeatable pseudo-random numbers for tests.

/** A generator of integers below 2^32 (Mulberry32 by Tommy Ettinger). */
export function randomIntegers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Multiples of 1/64 between -2 and 2, which every float type but bfloat16 holds exactly. */
export function randomFloats(count: number, seed: number): Float32Array<ArrayBuffer> {
  const next = randomIntegers(seed);
  return Float32Array.from({ length: count }, () => ((next() % 257) - 128) / 64);
}
