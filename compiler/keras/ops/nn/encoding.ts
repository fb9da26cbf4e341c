// Class numbers as vectors.
import type { DType } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { type TensorLike, toTensor } from '../convert.ts';
import { reduceAxes } from '../reductions.ts';

export interface EncodingOptions {
  /** Where the class axis goes. Default -1. */
  readonly axis?: number;
  readonly dtype?: DType | null;
  /** Sparse results do not exist here. */
  readonly sparse?: boolean;
}

/** Whether each class is the element's; numbers outside 0..classes-1 match none. */
function matchesClass(x: Tensor, classes: number, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank + 1 : axis;
  const shape = [...x.shape.slice(0, at), classes, ...x.shape.slice(at)];
  const axes = x.shape.map((_, index) => (index < at ? index : index + 1));
  return lax.compare('equal', lax.broadcast(lax.cast(x, 'int32'), shape, axes), lax.iota('int32', shape, at));
}

/** A new axis of `numClasses` with 1 at the element's class. */
export const oneHot = defineOp(
  'one_hot',
  ['x', 'num_classes'],
  (x: TensorLike, numClasses: number, { axis = -1, dtype = null }: EncodingOptions = {}): Tensor =>
    lax.cast(matchesClass(toTensor(x), numClasses, axis), dtype ?? 'float32'),
);

/** For each sample, 1 at every class that occurs in it. */
export const multiHot = defineOp(
  'multi_hot',
  ['inputs', 'num_classes'],
  (inputs: TensorLike, numClasses: number, { axis = -1, dtype = null }: EncodingOptions = {}): Tensor => {
    const tensor = toTensor(inputs);
    const matches = matchesClass(tensor, numClasses, axis);
    return lax.cast(reduceAxes('or', matches, { axis: tensor.rank > 1 ? 1 : 0 }), dtype ?? 'float32');
  },
);
