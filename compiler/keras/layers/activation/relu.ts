// The rectified linear unit as a layer.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { relu } from '../../activations/index.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';

export interface ReLUOptions extends LayerOptions {
  /** The largest result: none by default. */
  readonly maxValue?: number | null;
  /** Factor of values below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Default 0. */
  readonly threshold?: number;
}

/** `max(x, 0)`, with an upper bound, a slope below and another threshold where given. */
export class ReLU extends Layer {
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    const { maxValue = null, negativeSlope = 0, threshold = 0 } = options;
    const fail = (message: string): never => {
      throw new ValueError(message, { code: 'arguments' });
    };
    if (maxValue !== null && maxValue < 0) fail(`max_value of a ReLU layer cannot be a negative value. Received: max_value=${maxValue}`);
    if (negativeSlope === null || negativeSlope < 0)
      fail(`negative_slope of a ReLU layer cannot be None or a negative value. Received: negative_slope=${quote(negativeSlope)}`);
    if (threshold === null || threshold < 0)
      fail(`threshold of a ReLU layer cannot be None or a negative value. Received: threshold=${quote(threshold)}`);
    this.maxValue = maxValue;
    this.negativeSlope = negativeSlope;
    this.threshold = threshold;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    return relu(inputs, { maxValue, negativeSlope, threshold });
  }

  override getConfig(): Record<string, unknown> {
    const { maxValue, negativeSlope, threshold } = this;
    return { ...super.getConfig(), maxValue, negativeSlope, threshold };
  }
}
