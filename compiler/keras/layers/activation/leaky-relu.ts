// The leaky rectified linear unit as a layer.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';

export interface LeakyReLUOptions extends LayerOptions {
  /** Default 0.3. */
  readonly negativeSlope?: number;
}

/** `x`, or `negativeSlope * x` where x is negative. */
export class LeakyReLU extends Layer {
  readonly negativeSlope: number;

  constructor(negativeSlope?: number | LeakyReLUOptions, options?: LeakyReLUOptions) {
    const given = withFirst<'negativeSlope', LeakyReLUOptions>('negativeSlope', negativeSlope, options);
    super(given);
    const slope = given.negativeSlope === undefined ? 0.3 : given.negativeSlope;
    if (slope === null || slope < 0) {
      throw new ValueError(
        `The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. Received: negative_slope=${quote(slope)}`,
        { code: 'arguments' },
      );
    }
    this.negativeSlope = slope;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.leakyRelu(inputs, { negativeSlope: this.negativeSlope });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), negativeSlope: this.negativeSlope };
  }
}
