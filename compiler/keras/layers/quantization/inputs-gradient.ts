// Quantized products have the gradient of the matrix that their whole numbers stand for: rounding has none of its own.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { isFloat } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';

/** `result` with the gradient of `inputs` that `gradient` makes of its own. */
export function withInputsGradient(inputs: Tensor, result: Tensor, gradient: (cotangent: Tensor) => Tensor): Tensor {
  if (!isFloat(inputs.dtype)) return result;
  return attachGradient([inputs], [result], (_operands, [cotangent]) => [gradient(cotangent as Tensor)])[0] as Tensor;
}
