// Conversion between numbers and the bits of float16 and bfloat16.

export type Float16Type = 'float16' | 'bfloat16';

/** Bits of the fraction and the smallest exponent of a normal number. */
const FORMATS = {
  float16: { fraction: 10, smallestExponent: -14, infinity: 0x7c00, nan: 0x7e00 },
  bfloat16: { fraction: 7, smallestExponent: -126, infinity: 0x7f80, nan: 0x7fc0 },
} as const;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const HIGH_WORD = LITTLE_ENDIAN ? 1 : 0;

/** The nearest value of the type, ties to even, as its 16 bits. Rounds once, from double. */
export function encodeFloat(dtype: Float16Type, x: number): number {
  const { fraction, smallestExponent, infinity, nan } = FORMATS[dtype];
  if (x !== x) return nan;
  double[0] = x;
  const high = words[HIGH_WORD] as number;
  const sign = (high >>> 16) & 0x8000;
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, smallestExponent);
  if (exponent > 1022) return sign | infinity;
  // In units of the last place the value is an integer plus a remainder; a carry moves into the exponent by itself.
  const units = roundHalfEven(Math.abs(x) * 2 ** (fraction - exponent));
  return sign | Math.min((exponent - smallestExponent) * 2 ** fraction + units, infinity);
}

/** The number that 16 bits stand for. */
export function decodeFloat(dtype: Float16Type, bits: number): number {
  if (dtype === 'bfloat16') {
    singleBits[0] = bits << 16;
    return single[0] as number;
  }
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** To the nearest integer, ties to the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below === 0 && (x < 0 || Object.is(x, -0)) ? -0 : below;
  if (rest > 0.5 || below % 2 !== 0) return below + 1 === 0 ? -0 : below + 1;
  return below;
}
