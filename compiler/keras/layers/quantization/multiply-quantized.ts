// The product of a layer's inputs with a quantized matrix.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import type { AbsMaxQuantizer } from '../../quantizers/index.ts';
import { withInputsGradient } from './inputs-gradient.ts';
import type { QuantizedMatrix } from './quantized-matrix.ts';

/** (batch, ..., rows) x (rows, columns) in `dtype`; whole numbers are multiplied where `quantizer` makes some of the inputs. */
export function multiplyQuantized(inputs: Tensor, matrix: QuantizedMatrix, quantizer: AbsMaxQuantizer | null, dtype: DType): Tensor {
  const floats = matrix.dequantize(dtype);
  return withInputsGradient(inputs, product(inputs, matrix, quantizer, dtype), (cotangent) => ops.matmul(cotangent, ops.transpose(floats)));
}

function product(inputs: Tensor, matrix: QuantizedMatrix, quantizer: AbsMaxQuantizer | null, dtype: DType): Tensor {
  if (matrix.isGrouped) return ops.matmul(inputs, matrix.dequantize(dtype));
  const [x, scale] = quantizer ? quantizer.quantize(inputs, -1) : [inputs, undefined];
  const whole = ops.cast(ops.matmul(x, matrix.wholeNumbers()), dtype);
  return ops.divide(whole, scale ? ops.multiply(matrix.scale, scale) : matrix.scale);
}
