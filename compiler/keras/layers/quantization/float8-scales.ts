// What a layer keeps to compute with 8-bit floats: a scale, and the largest values that were seen, for inputs, kernel and gradients.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { QuantizedFloat8DTypePolicy } from '../../engine/dtype-policy-quantized.ts';
import type { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { quantizeAndDequantize } from '../../quantizers/index.ts';
import { withInputsGradient } from './inputs-gradient.ts';

export class Float8Scales {
  readonly inputs: Weight;
  readonly kernel: Weight;
  /** In the order of Keras's files. */
  readonly weights: readonly Weight[];

  constructor(layer: Layer) {
    const { dtypePolicy: policy } = layer;
    const length = policy instanceof QuantizedFloat8DTypePolicy ? policy.amaxHistoryLength : 1024;
    const settings = { dtype: 'float32', autocast: false } as const;
    const pair = (name: string): readonly [Weight, Weight] => [
      layer.addWeight({ name: `${name}_scale`, shape: [], initializer: 'ones', ...settings }),
      layer.addWeight({ name: `${name}_amax_history`, shape: [length], initializer: 'zeros', ...settings }),
    ];
    const [inputs, kernel, gradients] = [pair('inputs'), pair('kernel'), pair('outputs_grad')];
    this.inputs = inputs[0];
    this.kernel = kernel[0];
    this.weights = [...inputs, ...kernel, ...gradients];
  }

  /** Inputs or kernel rounded to 8 bits; gradients pass. */
  round(x: TensorLike, scale: Weight, dtype: DType): Tensor {
    const values = ops.convertToTensor(x);
    return withInputsGradient(values, quantizeAndDequantize(values, scale, 'float8_e4m3fn', dtype), (cotangent) => cotangent);
  }
}

/** A bias of float32 goes through bfloat16, as in Keras. */
export function roundBias(bias: Weight, dtype: DType): TensorLike {
  return dtype === 'float32' ? ops.cast(ops.cast(bias, 'bfloat16'), 'float32') : bias;
}
