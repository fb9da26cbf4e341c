// A random order of rows, as a pure function of a seed: the same seed always trains in the same order.
import { mix } from '../initializers/random-values.ts';

/** The numbers below `count` in the order that the seed gives to this pass over the data (Fisher and Yates). */
export function permutation(count: number, seed: number, pass: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const key = mix(mix(seed ^ 0x9e3779b9) ^ mix(pass + 0x7f4a7c15));
  for (let last = count - 1; last > 0; last--) {
    const random = mix(mix(last ^ key) ^ key) / 2 ** 32;
    const chosen = Math.floor(random * (last + 1));
    const value = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = value;
  }
  return order;
}
