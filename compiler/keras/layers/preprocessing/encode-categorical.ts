// Categories as vectors, in ops: one-hot, multi-hot and counts, as Keras encodes them.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

export type CategoryMode = 'int' | 'one_hot' | 'multi_hot' | 'count';

export interface CategoryEncodingSettings {
  readonly mode: CategoryMode;
  /** How many categories there are; what lies beyond, and -1, is left out. */
  readonly depth: number;
  readonly dtype: DType;
  readonly countWeights?: Tensor | undefined;
}

/** Encodes indices. Counts and multi-hot vectors are taken along the second axis, or along the only one. */
export function encodeCategorical(inputs: Tensor, { mode, depth, dtype, countWeights }: CategoryEncodingSettings): Tensor {
  if (mode === 'int') return ops.cast(inputs, dtype);
  const indices = ops.cast(inputs.rank === 0 ? ops.reshape(inputs, [1]) : inputs, 'int32');
  const { shape } = indices;
  if (mode === 'one_hot') {
    const isColumn = shape.length > 1 && shape.at(-1) === 1;
    return ops.oneHot(isColumn ? ops.squeeze(indices, { axis: -1 }) : indices, depth, { dtype });
  }
  const axis = shape.length > 1 ? 1 : 0;
  const hot = ops.oneHot(indices, depth, { dtype });
  if (mode === 'multi_hot') return ops.max(hot, { axis });
  const weighted = countWeights ? ops.multiply(hot, ops.expandDims(countWeights, -1)) : hot;
  return ops.cast(ops.sum(weighted, { axis }), countWeights ? countWeights.dtype : dtype);
}
