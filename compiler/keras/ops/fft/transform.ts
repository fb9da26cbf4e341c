// Discrete Fourier transforms along the last axis, any length: products with small matrices of roots of unity. A length that is a
// product p q is split (Cooley and Tukey, 1965); a large prime becomes a convolution of a length that is a power of two (Bluestein).
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { constantOf } from '../convert.ts';
import { padConstant } from '../padding.ts';

/** Real and imaginary parts of one shape. Without imaginary part: real numbers. */
export interface Complex {
  readonly real: Tensor;
  readonly imag: Tensor | null;
}

/** -1: exp(-2 pi i j k / n), the transform; 1: its inverse, not divided by n. */
export type Direction = -1 | 1;

/** Up to here one matrix product is faster than splitting. */
const LARGEST_DIRECT = 64;
/** Primes up to here cost less, and lose fewer digits, as one product than as three transforms of more than twice the length. */
const LARGEST_DIRECT_PRIME = 400;

/** exp(2 pi i numerator / denominator) as [cosine, sine]; the numerator is reduced first, so that large products keep their digits. */
function root(numerator: number, denominator: number): readonly [number, number] {
  const angle = (2 * Math.PI * (numerator % denominator)) / denominator;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Tables of cosines and sines, [rows, columns]. */
function rootTable(
  rows: number,
  columns: number,
  exponent: (row: number, column: number) => readonly [number, number],
  dtype: Tensor['dtype'],
): { readonly real: Tensor; readonly imag: Tensor } {
  const table = (part: 0 | 1): Tensor =>
    constantOf(
      Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_unused, column) => root(...exponent(row, column))[part])),
      dtype,
    );
  return { real: table(0), imag: table(1) };
}

/** The parts' products with a constant of their shape. */
export function multiplyComplex({ real, imag }: Complex, factor: { readonly real: Tensor; readonly imag: Tensor }): Complex {
  if (!imag) return { real: lax.multiply(real, factor.real), imag: lax.multiply(real, factor.imag) };
  return {
    real: lax.subtract(lax.multiply(real, factor.real), lax.multiply(imag, factor.imag)),
    imag: lax.add(lax.multiply(real, factor.imag), lax.multiply(imag, factor.real)),
  };
}

/** Sums over an axis with a matrix of complex factors; the new axis comes last. */
function contractAxis({ real, imag }: Complex, axis: number, matrix: { readonly real: Tensor; readonly imag: Tensor }): Complex {
  const product = (x: Tensor, y: Tensor): Tensor =>
    lax.dot_general(x, y, { lhsContracting: [axis], rhsContracting: [0], lhsBatch: [], rhsBatch: [] });
  if (!imag) return { real: product(real, matrix.real), imag: product(real, matrix.imag) };
  return {
    real: lax.subtract(product(real, matrix.real), product(imag, matrix.imag)),
    imag: lax.add(product(real, matrix.imag), product(imag, matrix.real)),
  };
}

const mapParts = ({ real, imag }: Complex, change: (x: Tensor) => Tensor): Complex => ({ real: change(real), imag: imag && change(imag) });

/** The transform along the last axis. Only the first `count` results are wanted. */
export function transform(x: Complex, direction: Direction, count?: number): Complex {
  const { shape } = x.real;
  const length = shape[shape.length - 1] as number;
  const batch = shape.slice(0, -1);
  const flat = mapParts(x, (part) => lax.reshape(part, [batch.reduce((product, dim) => product * dim, 1), length]));
  const result = transformRows(flat, direction, count ?? length);
  return mapParts(result, (part) => lax.reshape(part, [...batch, count ?? length]));
}

function transformRows(x: Complex, direction: Direction, count: number): Complex {
  const length = x.real.shape[1] as number;
  const divisor = largestDivisor(length);
  if (length <= LARGEST_DIRECT || (divisor === 1 && length <= LARGEST_DIRECT_PRIME)) return direct(x, direction, count);
  const all = divisor === 1 ? bluestein(x, direction) : split(x, direction, divisor);
  return mapParts(all, (part) => lax.slice(part, [0, 0], [part.shape[0] as number, count]));
}

function largestDivisor(length: number): number {
  for (let divisor = Math.min(LARGEST_DIRECT, length); divisor > 1; divisor--) if (length % divisor === 0) return divisor;
  return 1;
}

function direct(x: Complex, direction: Direction, count: number): Complex {
  const length = x.real.shape[1] as number;
  const table = rootTable(length, count, (j, k) => [direction * j * k, length], x.real.dtype);
  return contractAxis(x, 1, table);
}

/**
 * Length p q: with j = q a + c and k = d + p e, X[d + p e] = sum over c of w^(c d) (sum over a of x[q a + c] wp^(a d)) wq^(c e).
 * The inner sum is a product with a p x p matrix, the outer one a transform of length q.
 */
function split(x: Complex, direction: Direction, p: number): Complex {
  const [batch, length] = x.real.shape as readonly [number, number];
  const q = length / p;
  const { dtype } = x.real;
  const grid = mapParts(x, (part) => lax.reshape(part, [batch, p, q]));
  // [batch, c, d]
  const inner = contractAxis(
    grid,
    1,
    rootTable(p, p, (a, d) => [direction * a * d, p], dtype),
  );
  const twiddles = rootTable(q, p, (c, d) => [direction * c * d, length], dtype);
  const spread = { real: lax.broadcastTo(twiddles.real, [batch, q, p]), imag: lax.broadcastTo(twiddles.imag, [batch, q, p]) };
  const turned = mapParts(multiplyComplex(inner, spread), (part) => lax.reshape(lax.transpose(part, [0, 2, 1]), [batch * p, q]));
  const outer = transformRows(turned, direction, q);
  return mapParts(outer, (part) => lax.reshape(lax.transpose(lax.reshape(part, [batch, p, q]), [0, 2, 1]), [batch, length]));
}

/** j k = (j^2 + k^2 - (k - j)^2) / 2: a product with a chirp, a convolution with its conjugate, and the product again. */
function bluestein(x: Complex, direction: Direction): Complex {
  const [batch, length] = x.real.shape as readonly [number, number];
  const { dtype } = x.real;
  const padded = 2 ** Math.ceil(Math.log2(2 * length - 1));
  // w^(j^2 / 2) has period 2 n in j^2.
  const square = (j: number): number => (j * j) % (2 * length);
  const chirp = rootTable(1, length, (_, j) => [direction * square(j), 2 * length], dtype);
  const spread = { real: lax.broadcastTo(chirp.real, [batch, length]), imag: lax.broadcastTo(chirp.imag, [batch, length]) };
  const widened = mapParts(multiplyComplex(x, spread), (part) => padConstant(part, [[0, 0], [0, padded - length]])); // biome-ignore format: one pair an axis
  const filter = conjugateChirp(length, padded, direction, square);
  const kernel = transformRows({ real: constantOf([filter.real], dtype), imag: constantOf([filter.imag], dtype) }, -1, padded);
  const factor = (part: Tensor): Tensor => lax.broadcastTo(part, [batch, padded]);
  const spectrum = multiplyComplex(transformRows(widened, -1, padded), { real: factor(kernel.real), imag: factor(kernel.imag as Tensor) });
  const convolved = transformRows(spectrum, 1, padded);
  const kept = mapParts(convolved, (part) => {
    const sliced = lax.slice(part, [0, 0], [batch, length]);
    return lax.divide(sliced, lax.full(sliced.shape, padded, dtype));
  });
  return multiplyComplex(kept, spread);
}

/** The conjugate chirp at -(n - 1) .. n - 1, as a period of `padded`. */
function conjugateChirp(
  length: number,
  padded: number,
  direction: Direction,
  square: (j: number) => number,
): { readonly real: number[]; readonly imag: number[] } {
  const at = (index: number): readonly [number, number] => {
    const j = index < length ? index : padded - index;
    return j < length ? root(-direction * square(j), 2 * length) : [0, 0];
  };
  const values = Array.from({ length: padded }, (_, index) => at(index));
  return { real: values.map(([real]) => real), imag: values.map(([, imag]) => imag) };
}
