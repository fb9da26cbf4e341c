// Normalisation of each sample by its root mean square.
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { axesShape } from './layer-normalization.ts';

export interface RmsNormalizationLayerOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number | readonly number[];
  /** Default 1e-6. */
  readonly epsilon?: number;
}

/** `scale * x / sqrt(mean(x^2) + epsilon)`. */
export class RMSNormalization extends Layer {
  axis: number | readonly number[];
  readonly epsilon: number;
  scale: Weight | undefined = undefined;

  constructor(options: RmsNormalizationLayerOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.epsilon = options.epsilon ?? 1e-6;
  }

  override build(inputShape: KerasShape): void {
    this.axis = typeof this.axis === 'number' ? [this.axis] : [...this.axis].sort((a, b) => a - b);
    this.scale = this.addWeight({ name: 'scale', shape: axesShape(this.axis, inputShape), initializer: 'ones' });
  }

  override call(inputs: Tensor): Tensor {
    return ops.rmsNormalization(inputs, { scale: this.scale ?? null, axis: this.axis, epsilon: this.epsilon });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    axesShape(this.axis, inputShape);
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis, epsilon: this.epsilon };
  }
}
