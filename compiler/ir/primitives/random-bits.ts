// random_bits: random uint32 from a key by threefry2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", 2011), counters laid out as in JAX: 0, 1, 2... in two halves that are encrypted pairwise.
import type { NDArray } from '../ndarray.ts';
import { elementCount } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireDimensions, typeError } from './type-rules.ts';

export const randomBits: Primitive<'random_bits'> = {
  name: 'random_bits',
  infer(inputs, { shape }) {
    const [key] = operands('random_bits', inputs, 1);
    if (key.dtype !== 'uint32' || key.shape.length !== 1 || key.shape[0] !== 2)
      throw typeError('random_bits', 'expected a key of type u32[2].', inputs);
    requireDimensions('random_bits', 'shape', shape);
    return [{ dtype: 'uint32', shape }];
  },
  evaluate(inputs, { shape }) {
    const [key] = operands<NDArray>('random_bits', inputs, 1);
    const count = elementCount(shape);
    const half = Math.ceil(count / 2);
    const data = new Uint32Array(count);
    for (let index = 0; index < half; index++) {
      // An odd count is padded by one counter of 0.
      const second = half + index < count ? half + index : 0;
      const [a, b] = threefry2x32(key.data[0] as number, key.data[1] as number, index, second);
      data[index] = a;
      if (half + index < count) data[half + index] = b;
    }
    return [{ dtype: 'uint32', shape, data }];
  },
  // 20 rounds of add, rotate (3 operations) and xor make two words.
  cost: (inputs, _params, outputs) => ({ flops: 50 * countElements(outputs), bytes: countBytes(inputs) + countBytes(outputs) }),
  gradient: 'none',
  batchAxes: () => [null],
};

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Encrypts the counter (x0, x1) with the key (k0, k1). */
export function threefry2x32(k0: number, k1: number, x0: number, x1: number): readonly [number, number] {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let a = (x0 + k0) | 0;
  let b = (x1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    for (const distance of ROTATIONS[(group % 2) as 0 | 1]) {
      a = (a + b) | 0;
      b = ((b << distance) | (b >>> (32 - distance))) ^ a;
    }
    a = (a + (keys[(group + 1) % 3] as number)) | 0;
    b = (b + (keys[(group + 2) % 3] as number) + group + 1) | 0;
  }
  return [a >>> 0, b >>> 0];
}
