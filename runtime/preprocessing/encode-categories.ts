// Categories as vectors: one-hot, multi-hot or counts, as Keras encodes them.
import { type NumberArray, numberArray, sizeOf } from './host-array.ts';

export type OutputMode = 'int' | 'one_hot' | 'multi_hot' | 'count' | 'tf_idf';

export interface EncodingOptions {
  readonly mode: Exclude<OutputMode, 'int'>;
  /** How many categories there are: what lies beyond is left out. */
  readonly depth: number;
  readonly dtype: string;
  /** Weights of the categories for `tf_idf`. */
  readonly weights?: readonly number[] | undefined;
}

/** Encodes indices of a shape; -1 stands for what is to be left out. */
export function encodeCategories(indices: readonly number[], given: readonly number[], options: EncodingOptions): NumberArray {
  const shape = given.length === 0 ? [1] : given;
  return options.mode === 'one_hot' ? oneHot(indices, shape, options) : counts(indices, shape, options);
}

function oneHot(indices: readonly number[], shape: readonly number[], { depth, dtype }: EncodingOptions): NumberArray {
  const outer = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const values = new Array<number>(indices.length * depth).fill(0);
  indices.forEach((index, at) => {
    if (index >= 0 && index < depth) values[at * depth + index] = 1;
  });
  return numberArray(dtype, [...outer, depth], values);
}

/** Keras sums along the second axis, or along the only one. */
function counts(indices: readonly number[], shape: readonly number[], { mode, depth, dtype, weights }: EncodingOptions): NumberArray {
  const axis = shape.length > 1 ? 1 : 0;
  const inner = sizeOf(shape.slice(axis + 1));
  const size = shape[axis] as number;
  const outer = shape.filter((_, position) => position !== axis);
  const values = new Array<number>(sizeOf(outer) * depth).fill(0);
  indices.forEach((index, at) => {
    if (index < 0 || index >= depth) return;
    const row = Math.floor(at / (size * inner)) * inner + (at % inner);
    const place = row * depth + index;
    values[place] = mode === 'multi_hot' ? 1 : (values[place] as number) + 1;
  });
  const weigh = (count: number, place: number): number => Math.fround(count * Math.fround(weights?.[place % depth] ?? 0));
  return numberArray(dtype, [...outer, depth], mode === 'tf_idf' ? values.map(weigh) : values);
}
