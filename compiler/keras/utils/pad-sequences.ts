// Sequences of any length as rows of one length.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { allocate, type DType } from '../../ir/dtype.ts';
import { elementCount, sameShape } from '../../ir/shape.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';

export interface PadSequencesOptions {
  /** Default: the longest. */
  readonly maxlen?: number | null;
  /** Default int32. */
  readonly dtype?: DType;
  /** Where short sequences are filled up. Default pre. */
  readonly padding?: 'pre' | 'post';
  /** Where long sequences lose elements. Default pre. */
  readonly truncating?: 'pre' | 'post';
  /** What fills up. Default 0. */
  readonly value?: number;
}

/**
 * Sequences as rows of one length: (samples, maxlen, ...).
 *
 * @example utils.padSequences([[1, 2, 3], [4]], { padding: 'post' }) // [[1, 2, 3], [4, 0, 0]]
 */
export function padSequences(sequences: readonly TensorLike[], options: PadSequencesOptions = {}): Tensor {
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options;
  if (!Array.isArray(sequences)) throw new ValueError('`sequences` must be iterable.', { code: 'sequences' });
  requireMode('Padding', padding);
  requireMode('Truncating', truncating);
  const rows = sequences.map((sequence) => toRow(sequence, dtype));
  const longest = rows.reduce((length, { shape }) => Math.max(length, shape[0] as number), 0);
  const maxlen = options.maxlen ?? longest;
  const inner = rows.find(({ shape }) => (shape[0] as number) > 0)?.shape.slice(1) ?? [];
  const step = elementCount(inner);
  const data = allocate(dtype, rows.length * maxlen * step).fill(toTensor(value, dtype).data[0] as never);
  rows.forEach(({ shape, data: elements }, row) => {
    const length = shape[0] as number;
    if (length === 0 || maxlen === 0) return;
    requireShape(shape.slice(1), inner, row);
    const kept = Math.min(length, maxlen);
    const first = truncating === 'pre' ? length - kept : 0;
    const place = row * maxlen + (padding === 'pre' ? maxlen - kept : 0);
    data.set(elements.subarray(first * step, (first + kept) * step) as never, place * step);
  });
  return tensorOf(dtype, [rows.length, maxlen, ...inner], data);
}

function toRow(sequence: TensorLike, dtype: DType): Tensor {
  const isScalar = typeof sequence !== 'object' || sequence === null;
  const tensor = isScalar
    ? undefined
    : Array.isArray(sequence) && sequence.length === 0
      ? tensorOf(dtype, [0], allocate(dtype, 0))
      : toTensor(sequence, dtype);
  if (tensor && tensor.rank > 0) return tensor;
  throw new ValueError(`\`sequences\` must be a list of iterables. Found non-iterable: ${String(sequence)}`, { code: 'sequences' });
}

function requireMode(what: string, mode: string): void {
  if (mode !== 'pre' && mode !== 'post') throw new ValueError(`${what} type ${quote(mode)} not understood`, { code: 'sequences' });
}

function requireShape(shape: readonly number[], expected: readonly number[], row: number): void {
  if (sameShape(shape, expected)) return;
  throw new ValueError(
    `Shape of sample ${formatShape(shape)} of sequence at position ${row} is different from expected shape ${formatShape(expected)}`,
    { code: 'sequences' },
  );
}
