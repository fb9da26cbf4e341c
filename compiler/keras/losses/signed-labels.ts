// Labels of hinge losses.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';

/** Labels as -1 and 1, where all of them are 0 or 1; other labels as they are. */
export function signedLabels(labels: Tensor): Tensor {
  const isBinary = ops.all(ops.logicalOr(ops.equal(labels, 0), ops.equal(labels, 1)));
  return ops.where(isBinary, ops.subtract(ops.multiply(labels, 2), 1), labels) as Tensor;
}
