// Short-time Fourier transforms: the transforms of overlapping windows of a signal, and the signal of such transforms.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { DType } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { constantOf, type TensorLike, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { pad } from '../padding.ts';
import { type ComplexPair, inverseReal, toComplex, transformReal } from './fft.ts';
import { addFrames, cutFrames } from './frames.ts';

export interface StftOptions {
  /** `hann` (default), `hamming`, a vector of `sequenceLength` numbers, or null for none. */
  readonly window?: 'hann' | 'hamming' | TensorLike | null;
  /** Mirrors the signal at its ends, so that frame t is centred at t * sequenceStride. Default true. */
  readonly center?: boolean;
}

export interface IstftOptions extends StftOptions {
  /** The length of the result; by default what the frames give. */
  readonly length?: number | null;
}

const WINDOWS: Readonly<Record<string, readonly [number, number]>> = { hann: [0.5, 0.5], hamming: [0.54, 0.46] };

/** a - b cos(2 pi k / n), of period n for even lengths and symmetric for odd ones, as TensorFlow has it. */
export function cosineWindow(name: string, length: number): number[] {
  const [a, b] = WINDOWS[name] as readonly [number, number];
  if (length === 1) return [1];
  const period = length % 2 === 0 ? length : length - 1;
  return Array.from({ length }, (_, k) => a - b * Math.cos((2 * Math.PI * k) / period));
}

/** The window in the middle of `fftLength` numbers; null if there is none. */
function windowFactors(window: StftOptions['window'], sequenceLength: number, fftLength: number, dtype: DType): Tensor | null {
  if (window === null || window === undefined) return null;
  if (typeof window === 'string' && !(window in WINDOWS)) {
    throw new ValueError(`If a string is passed to \`window\`, it must be one of "hann", "hamming". Received: window=${quote(window)}`, {
      code: 'arguments',
    });
  }
  const own = typeof window === 'string' ? constantOf(cosineWindow(window, sequenceLength), dtype) : lax.cast(toTensor(window), dtype);
  if (own.rank !== 1 || own.size !== sequenceLength) {
    throw new ValueError(`The shape of \`window\` must be equal to [sequence_length]. Received: window shape=${formatShape(own.shape)}`, {
      code: 'arguments',
    });
  }
  const before = Math.floor((fftLength - sequenceLength) / 2);
  return lax.pad(own, lax.scalar(0, dtype), [before], [fftLength - sequenceLength - before]);
}

function requireLengths(sequenceLength: number, fftLength: number): void {
  if (fftLength >= sequenceLength) return;
  throw new ValueError(
    `\`fft_length\` must equal or larger than \`sequence_length\`. Received: sequence_length=${sequenceLength}, fft_length=${fftLength}`,
    { code: 'arguments' },
  );
}

const multiplyLast = (x: Tensor, factors: Tensor): Tensor => lax.multiply(x, lax.broadcast(factors, x.shape, [x.rank - 1]));

/** (..., n) -> [real, imag] of (..., frames, fftLength / 2 + 1). */
export const stft = defineOp(
  'stft',
  ['x', 'sequence_length', 'sequence_stride', 'fft_length'],
  (
    x: TensorLike,
    sequenceLength: number,
    sequenceStride: number,
    fftLength: number,
    { window = 'hann', center = true }: StftOptions = {},
  ): Tensor[] => {
    const signal = toTensor(x);
    if (signal.dtype !== 'float32' && signal.dtype !== 'float64')
      throw new TypeError(`Invalid input type. Expected \`float32\` or \`float64\`. Received: input type=${signal.dtype}`);
    requireLengths(sequenceLength, fftLength);
    const half = Math.floor(fftLength / 2);
    const none: readonly [number, number] = [0, 0];
    const last = signal.rank - 1;
    const padded = center
      ? pad(signal, signal.shape.map((_, axis) => (axis === last ? ([half, half] as const) : none)), { mode: 'reflect' }) // biome-ignore format: one case a line
      : signal;
    const factors = windowFactors(window, sequenceLength, fftLength, signal.dtype);
    const frames = cutFrames(padded, fftLength, sequenceStride);
    const { real, imag } = transformReal(factors ? multiplyLast(frames, factors) : frames, fftLength);
    return [real, imag as Tensor];
  },
);

/** The window divided by what all frames' windows give at each place, so that the sum of the frames is the signal; 0 where none gives anything. */
function inverseWindow(window: Tensor, stride: number): Tensor {
  const periods = Math.ceil(window.size / stride);
  const zero = lax.scalar(0, window.dtype);
  const squares = lax.pad(lax.multiply(window, window), zero, [0], [periods * stride - window.size]);
  const sums = lax.reduce('sum', lax.reshape(squares, [periods, stride]), [0]);
  const repeated = lax.reshape(lax.broadcast(sums, [periods, stride], [1]), [periods * stride]);
  const isVoid = lax.compare('equal', window, lax.fullLike(window, 0));
  const divisor = lax.select(isVoid, lax.fullLike(window, 1), lax.slice(repeated, [0], [window.size]));
  return lax.divide(window, divisor);
}

/** The inverse of `stft`: [real, imag] of (..., frames, fftLength / 2 + 1) -> (..., n). */
export const istft = defineOp(
  'istft',
  ['x', 'sequence_length', 'sequence_stride', 'fft_length'],
  (
    x: ComplexPair,
    sequenceLength: number,
    sequenceStride: number,
    fftLength: number,
    { length = null, window = 'hann', center = true }: IstftOptions = {},
  ): Tensor => {
    requireLengths(sequenceLength, fftLength);
    const frames = inverseReal(toComplex(x), fftLength);
    const factors = windowFactors(window, sequenceLength, fftLength, frames.dtype);
    const signal = addFrames(factors ? multiplyLast(frames, inverseWindow(factors, sequenceStride)) : frames, sequenceStride);
    const last = signal.rank - 1;
    const size = signal.shape[last] as number;
    const start = center ? Math.floor(fftLength / 2) : 0;
    const end = length !== null ? Math.min(size, start + length) : center ? size - start : size;
    return sliceAxis(signal, last, start, Math.max(start, end));
  },
);
