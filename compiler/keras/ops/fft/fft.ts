// Fourier transforms of complex numbers, given and returned as pairs of real and imaginary parts.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { sameShape } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, promoteAll, type TensorLike, toFloat } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { padConstant } from '../padding.ts';
import { type Complex, type Direction, transform } from './transform.ts';

/** Real and imaginary parts. */
export type ComplexPair = readonly [TensorLike, TensorLike];

/** The parts as floats of one dtype and shape. */
export function toComplex(pair: ComplexPair): { readonly real: Tensor; readonly imag: Tensor } {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new ValueError(`Input \`x\` should be a tuple of two tensors - real and imaginary. Received: x=${quote(pair)}`, {
      code: 'complex-pair',
    });
  }
  const [real, imag] = promoteAll(pair.map((part) => toFloat(part))) as [Tensor, Tensor];
  if (!sameShape(real.shape, imag.shape)) {
    throw new ValueError(
      `Input \`x\` should be a tuple of two tensors - real and imaginary. Both the real and imaginary parts should have the same shape. Received: x[0].shape = ${formatShape(real.shape)}, x[1].shape = ${formatShape(imag.shape)}`,
      { code: 'complex-pair' },
    );
  }
  return { real, imag };
}

function requireRank(x: Tensor, rank: number): void {
  if (x.rank >= rank) return;
  throw new ValueError(`Input should have rank >= ${rank}. Received: input.shape = ${formatShape(x.shape)}`, { code: 'rank' });
}

const parts = ({ real, imag }: Complex): Tensor[] => [real, imag ?? fullAs(real, 0)];

const swapLast = (x: Tensor): Tensor => lax.transpose(x, [...x.shape.slice(0, -2).map((_, axis) => axis), x.rank - 1, x.rank - 2]);

/** Along the last two axes. */
function transformPlane(x: Complex, direction: Direction): Complex {
  const rows = transform(x, direction);
  const swapped = transform({ real: swapLast(rows.real), imag: swapLast(rows.imag as Tensor) }, direction);
  return { real: swapLast(swapped.real), imag: swapLast(swapped.imag as Tensor) };
}

const divideBy = ({ real, imag }: Complex, count: number): Complex => {
  const divide = (x: Tensor): Tensor => lax.divide(x, fullAs(x, count));
  return { real: divide(real), imag: imag && divide(imag) };
};

/** The transform along the last axis: [real, imag] -> [real, imag]. */
export const fft = defineOp('fft', ['x'], (x: ComplexPair): Tensor[] => {
  const given = toComplex(x);
  requireRank(given.real, 1);
  return parts(transform(given, -1));
});

/** The transform along the last two axes: [real, imag] -> [real, imag]. */
export const fft2 = defineOp('fft2', ['x'], (x: ComplexPair): Tensor[] => {
  const given = toComplex(x);
  requireRank(given.real, 2);
  return parts(transformPlane(given, -1));
});

/** The inverse transform along the last two axes: [real, imag] -> [real, imag]. */
export const ifft2 = defineOp('ifft2', ['x'], (x: ComplexPair): Tensor[] => {
  const given = toComplex(x);
  requireRank(given.real, 2);
  const count = given.real.shape.slice(-2).reduce((product, dim) => product * dim, 1);
  return parts(divideBy(transformPlane(given, 1), count));
});

interface LengthOption {
  /** The length of the real signal, which is cut or padded with zeros to it. */
  readonly fftLength?: number | null;
}

/** Cuts the last axis, or fills it up with zeros. */
function fitLast(x: Tensor, length: number): Tensor {
  const last = x.rank - 1;
  const size = x.shape[last] as number;
  if (size > length) return sliceAxis(x, last, 0, length);
  return padConstant(
    x,
    x.shape.map((_, axis) => [0, axis === last ? length - size : 0] as const),
  );
}

/** The transform of a real signal along the last axis, for the frequencies 0 to n / 2. */
export function transformReal(x: Tensor, length: number): Complex {
  return transform({ real: fitLast(x, length), imag: null }, -1, Math.floor(length / 2) + 1);
}

/** The real signal of `length` whose transform is `x`, given for the frequencies 0 to n / 2. */
export function inverseReal(x: { readonly real: Tensor; readonly imag: Tensor }, length: number): Tensor {
  const half = Math.floor(length / 2) + 1;
  const [real, imag] = [fitLast(x.real, half), fitLast(x.imag, half)];
  // The other half is the conjugate in reverse, without the frequencies 0 and n / 2.
  const mirror = (part: Tensor): Tensor => lax.reverse(sliceAxis(part, part.rank - 1, 1, length - half + 1), [part.rank - 1]);
  const whole = {
    real: lax.concatenate([real, mirror(real)], real.rank - 1),
    imag: lax.concatenate([imag, lax.negative(mirror(imag))], imag.rank - 1),
  };
  return divideBy(transform(whole, 1), length).real;
}

/** The transform of a real signal along the last axis: (..., n) -> [real, imag] of (..., n / 2 + 1). */
export const rfft = defineOp('rfft', ['x'], (x: TensorLike, { fftLength = null }: LengthOption = {}): Tensor[] => {
  const signal = toFloat(x);
  requireRank(signal, 1);
  return parts(transformReal(signal, fftLength ?? (signal.shape[signal.rank - 1] as number)));
});

/** The inverse of `rfft`: [real, imag] of (..., m) -> (..., fftLength), by default 2 (m - 1). */
export const irfft = defineOp('irfft', ['x'], (x: ComplexPair, { fftLength = null }: LengthOption = {}): Tensor => {
  const given = toComplex(x);
  requireRank(given.real, 1);
  return inverseReal(given, fftLength ?? 2 * ((given.real.shape[given.real.rank - 1] as number) - 1));
});
