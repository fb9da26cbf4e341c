// A tensor whose data is made when somebody first reads it: the weights of a model that is about to be loaded never are.
import type { DataArray, DType } from '../../ir/dtype.ts';
import { ndarray } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import { type Source, Tensor } from '../../trace/tensor.ts';

/** A concrete tensor of the data that `compute` makes, once. */
export function lazyTensor(dtype: DType, shape: Shape, compute: () => DataArray): Tensor {
  const tensor = new Tensor({ dtype, shape }, { kind: 'input', name: 'lazy' });
  let source: Source | undefined;
  Object.defineProperty(tensor, 'source', {
    get: (): Source => {
      source ??= { kind: 'data', value: ndarray(dtype, shape, compute()) };
      return source;
    },
    set: (next: Source) => {
      source = next;
    },
  });
  return tensor;
}
