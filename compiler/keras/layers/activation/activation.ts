// An activation function as a layer.
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';

/**
 * Applies a function to its inputs.
 *
 * @example new layers.Activation('relu')(x)
 */
export class Activation extends Layer {
  static override readonly positional: readonly string[] = ['activation'];

  readonly activation: ActivationFunction;

  constructor(activation: ActivationLike, options: LayerOptions = {}) {
    super(options);
    this.activation = getActivation(activation);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }

  /** As Keras says, even of `glu`, which halves an axis. */
  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), activation: serialize(this.activation) };
  }
}
