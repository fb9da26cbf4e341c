// The neighbour of a float in a given direction, by stepping its bits.
import type { DType } from '../dtype.ts';
import { decodeFloat, encodeFloat, type Float16Type } from '../float16.ts';

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** The value of `dtype` next to x in the direction of y; y itself if they are equal. */
export function nextAfter(x: number, y: number, dtype: DType): number {
  if (x !== x || y !== y) return Number.NaN;
  if (x === y) return y;
  // Bits count magnitudes: away from zero is one more, toward zero one less.
  const direction = x === 0 || x > 0 === y > x ? 1 : -1;
  const sign = x === 0 ? Math.sign(y) : 1;
  return sign * step(x === 0 ? 0 : x, direction, dtype);
}

function step(x: number, direction: 1 | -1, dtype: DType): number {
  if (dtype === 'float64') {
    double[0] = x;
    doubleBits[0] = (doubleBits[0] as bigint) + BigInt(direction);
    return double[0] as number;
  }
  if (dtype === 'float32') {
    single[0] = x;
    singleBits[0] = (singleBits[0] as number) + direction;
    return single[0] as number;
  }
  return decodeFloat(dtype as Float16Type, encodeFloat(dtype as Float16Type, x) + direction);
}
