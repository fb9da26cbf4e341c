// The fully connected layer.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { requirePositiveInteger } from '../arguments.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import {
  baseOptions,
  type RegularizedLayerOptions,
  type WeightOptionsOf,
  type WeightSettings,
  weightConfig,
  weightSettings,
} from '../weight-settings.ts';

export interface DenseOptions extends RegularizedLayerOptions, LoraOptions, WeightOptionsOf<'kernel'>, WeightOptionsOf<'bias'> {
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
}

/**
 * `activation(inputs x kernel + bias)` over the last axis: (batch, ..., in) -> (batch, ..., units).
 *
 * @example new layers.Dense(10, { activation: 'softmax' })(x)
 */
export class Dense extends Layer {
  static override readonly positional: readonly string[] = ['units'];

  readonly units: number;
  readonly activation: ActivationFunction;
  readonly useBias: boolean;
  readonly kernelSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  lora: Lora | undefined = undefined;
  kernel: Weight | undefined = undefined;
  bias: Weight | undefined = undefined;

  constructor(units: number, options: DenseOptions = {}) {
    requirePositiveInteger(units, `Received an invalid value for \`units\`, expected a positive integer. Received: units=${quote(units)}`);
    super(baseOptions(options));
    this.units = units;
    this.activation = getActivation(options.activation);
    this.useBias = options.useBias ?? true;
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.loraOptions = { loraRank: options.loraRank ?? null, loraAlpha: options.loraAlpha ?? null };
    this.inputSpec = { minNdim: 2 };
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    const size = inputShape.at(-1);
    if (size === undefined) throw new ValueError('Dense needs inputs of at least 2 dimensions.', { code: 'rank' });
    this.kernel = this.addWeight({ name: 'kernel', shape: [size, this.units], ...this.kernelSettings });
    if (this.useBias) this.bias = this.addWeight({ name: 'bias', shape: [this.units], ...this.biasSettings });
    this.inputSpec = { minNdim: 2, axes: { [-1]: size } };
    this.lora = createLora(this, this.kernel, this.kernelSettings, this.loraOptions);
  }

  override call(inputs: Tensor): Tensor {
    const kernel = this.kernel as Weight;
    const product = ops.matmul(inputs, this.lora ? this.lora.adapt(kernel) : kernel);
    return this.activation(this.bias ? ops.add(product, this.bias) : product);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return [...inputShape.slice(0, -1), this.units];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: serialize(this.activation),
      useBias: this.useBias,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('bias', this.biasSettings),
      ...loraConfig(this.loraOptions),
    };
  }
}
