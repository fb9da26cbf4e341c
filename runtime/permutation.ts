// A random order of samples, as a pure function of a seed: the same seed always trains in the same order.

/** A 32-bit mix without bias (Chris Wellons's triple32). */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb);
  x = Math.imul(x ^ (x >>> 11), 0xac4c1b51);
  x = Math.imul(x ^ (x >>> 15), 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}

/** The numbers below `count` in the order that the seed gives to this epoch (Fisher and Yates), as `fit` of the compiler orders them. */
export function permutation(count: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  const key = mix(mix(seed ^ 0x9e3779b9) ^ mix(epoch + 0x7f4a7c15));
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor((mix(mix(last ^ key) ^ key) / 2 ** 32) * (last + 1));
    const value = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = value;
  }
  return order;
}
