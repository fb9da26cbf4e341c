// Arrays defined by a formula for the element at an index: the way the tests say what a primitive should give.
import type { DType } from '../../compiler/ir/dtype.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { Shape } from '../../compiler/ir/shape.ts';
import { array } from './evaluate-primitive.ts';
import { randomFloats } from './random-values.ts';

export type Index = readonly number[];

/** All indices of a shape, last axis fastest. */
export function indices(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (prefixes, size) => prefixes.flatMap((prefix) => Array.from({ length: size }, (_, at) => [...prefix, at])),
    [[]],
  );
}

/** The array whose element at each index is given by a formula. */
export function tabulate(shape: Shape, formula: (index: Index) => number, dtype: DType = 'float32'): NDArray {
  return array(dtype, shape, indices(shape).map(formula));
}

/** The element at an index. */
export function at(x: NDArray, index: Index): number {
  return x.data[index.reduce((offset, position, axis) => offset * (x.shape[axis] as number) + position, 0)] as number;
}

/** The element at an index, or `otherwise` outside of the array. */
export function atOr(x: NDArray, index: Index, otherwise: number): number {
  return index.every((position, axis) => position >= 0 && position < (x.shape[axis] as number)) ? at(x, index) : otherwise;
}

/** An array of random multiples of 1/64: sums and products of a few are exact in double. */
export function random(shape: Shape, seed: number): NDArray {
  return {
    dtype: 'float32',
    shape,
    data: randomFloats(
      shape.reduce((count, size) => count * size, 1),
      seed,
    ),
  };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
