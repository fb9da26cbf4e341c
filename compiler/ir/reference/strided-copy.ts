// Copies a box of elements between two arrays with strides: the loop under every primitive that only moves data.
import type { DataArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

/** Where element 0 of the box lies and how far apart neighbours along each axis are, in elements. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Copies `shape` elements from one layout to another. Both arrays have the same type; bits are kept. */
export function copyStrided(shape: Shape, source: DataArray, from: Layout, target: DataArray, to: Layout): void {
  if (shape.some((dim) => dim === 0)) return;
  const copyRow = source.BYTES_PER_ELEMENT === 4 ? copyRow4 : copyRowAny;
  const input = viewBits(source);
  const output = viewBits(target);
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const step = from.strides[last] ?? 1;
  const pace = to.strides[last] ?? 1;
  const walk = (axis: number, read: number, write: number): void => {
    if (axis >= last) {
      copyRow(length, input, read, step, output, write, pace);
      return;
    }
    const count = shape[axis] as number;
    const readStride = from.strides[axis] as number;
    const writeStride = to.strides[axis] as number;
    for (let index = 0; index < count; index++) walk(axis + 1, read + index * readStride, write + index * writeStride);
  };
  walk(0, from.offset, to.offset);
}

type RowCopy = (length: number, source: Int32Array, read: number, step: number, target: Int32Array, write: number, pace: number) => void;

// Two copies of one loop: 4-byte elements, the common case, keep a loop that the engine compiles for one array type.
const copyRow4: RowCopy = (length, source, read, step, target, write, pace) => {
  for (let index = 0; index < length; index++) target[write + index * pace] = source[read + index * step] as number;
};
const copyRowAny: RowCopy = (length, source, read, step, target, write, pace) => {
  for (let index = 0; index < length; index++) target[write + index * pace] = source[read + index * step] as number;
};

/** Floats are moved as integers of their size, so that NaN payloads survive. */
function viewBits(array: DataArray): Int32Array {
  const { buffer, byteOffset, length } = array;
  if (array.BYTES_PER_ELEMENT === 4) return new Int32Array(buffer, byteOffset, length);
  return (array.BYTES_PER_ELEMENT === 8 ? new BigInt64Array(buffer, byteOffset, length) : array) as Int32Array;
}
