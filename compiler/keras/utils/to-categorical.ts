// Class numbers as one-hot rows.
import { IndexError, ValueError } from '../../errors/index.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { toTensor } from '../ops/convert.ts';
import type { TensorLike } from '../ops/index.ts';

/**
 * One-hot rows of class numbers: (...,) or (..., 1) -> (..., classes), of float64 as in Keras.
 *
 * @param numClasses default: one more than the largest
 * @throws IndexError for a number that is no class
 */
export function toCategorical(x: TensorLike, { numClasses = null }: { readonly numClasses?: number | null } = {}): Tensor {
  const { shape, data } = toTensor(x);
  const labels = Array.from(data as ArrayLike<number | bigint>, (value) => Math.trunc(Number(value)));
  if (labels.length === 0 && !numClasses) {
    throw new ValueError('zero-size array to reduction operation maximum which has no identity: give `numClasses` for no labels.', {
      code: 'labels',
    });
  }
  const classes = numClasses || labels.reduce((largest, label) => Math.max(largest, label), Number.NEGATIVE_INFINITY) + 1;
  const rows = new Float64Array(labels.length * classes);
  labels.forEach((label, row) => {
    // Python counts negative indices from the end.
    const column = label < 0 ? label + classes : label;
    if (!(column >= 0 && column < classes)) {
      throw new IndexError(`index ${label} is out of bounds for axis 1 with size ${classes}`, { code: 'labels' });
    }
    rows[row * classes + column] = 1;
  });
  const outer = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  return tensorOf('float64', [...outer, classes], rows);
}
