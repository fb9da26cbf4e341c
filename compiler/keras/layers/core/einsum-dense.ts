// A dense layer over any axes, described by an einsum equation.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import { VarianceScaling } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import {
  baseOptions,
  type RegularizedLayerOptions,
  type WeightOptionsOf,
  type WeightSettings,
  weightConfig,
  weightSettings,
} from '../weight-settings.ts';
import { analyzeEquation, type EinsumShapes } from './einsum-shapes.ts';

export interface EinsumDenseOptions extends RegularizedLayerOptions, LoraOptions, WeightOptionsOf<'kernel'>, WeightOptionsOf<'bias'> {
  readonly activation?: ActivationLike;
  /** The output axes that a bias has, as letters of the equation; none by default. */
  readonly biasAxes?: string | null;
}

/**
 * `activation(einsum(equation, inputs, kernel) + bias)`.
 *
 * @example new layers.EinsumDense('abc,cd->abd', [null, 64], { biasAxes: 'd' })(x)
 */
export class EinsumDense extends Layer {
  static override readonly positional: readonly string[] = ['equation', 'outputShape'];

  readonly equation: string;
  readonly outputShape: KerasShape;
  readonly biasAxes: string | null;
  readonly activation: ActivationFunction;
  readonly kernelSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  lora: Lora | undefined = undefined;
  kernel: Weight | undefined = undefined;
  bias: Weight | undefined = undefined;

  constructor(equation: string, outputShape: number | KerasShape, options: EinsumDenseOptions = {}) {
    super(baseOptions(options));
    if (typeof equation !== 'string')
      throw new ValueError(`\`equation\` must be a string. Received: ${quote(equation)}`, { code: 'arguments' });
    this.equation = equation;
    this.outputShape = typeof outputShape === 'number' ? [outputShape] : outputShape;
    this.biasAxes = options.biasAxes ?? null;
    this.activation = getActivation(options.activation);
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.loraOptions = { loraRank: options.loraRank ?? null, loraAlpha: options.loraAlpha ?? null };
  }

  #shapes(inputShape: KerasShape): EinsumShapes {
    return analyzeEquation(this.equation, this.biasAxes, inputShape, this.outputShape);
  }

  override build(inputShape: KerasShape): void {
    const { kernel, bias, inputAxes, outputAxes } = this.#shapes(inputShape);
    this.inputSpec = { ndim: inputShape.length };
    const { initializer } = this.kernelSettings;
    // The kernel's fans follow from the equation, not from the order of its axes.
    const scaled =
      initializer instanceof VarianceScaling && (initializer.inputAxes === null || initializer.outputAxes === null)
        ? new (initializer.constructor as typeof VarianceScaling)({
            ...initializer.getConfig(),
            seed: initializer.seed,
            inputAxes,
            outputAxes,
          })
        : initializer;
    this.kernel = this.addWeight({ name: 'kernel', shape: kernel, ...this.kernelSettings, initializer: scaled });
    if (bias) this.bias = this.addWeight({ name: 'bias', shape: bias, ...this.biasSettings });
    this.lora = createLora(this, this.kernel, this.kernelSettings, this.loraOptions);
  }

  override call(inputs: Tensor): Tensor {
    const kernel = this.kernel as Weight;
    const product = ops.einsum(this.equation, inputs, this.lora ? this.lora.adapt(kernel) : kernel);
    return this.activation(this.bias ? ops.add(product, this.bias) : product);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const { output } = this.#shapes(inputShape);
    if (output.length === 0)
      throw new ValueError(`EinsumDense cannot infer its output from ${formatShape(inputShape)}.`, { code: 'einsum' });
    return output;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      outputShape: this.outputShape,
      equation: this.equation,
      activation: serialize(this.activation),
      biasAxes: this.biasAxes,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('bias', this.biasSettings),
      ...loraConfig(this.loraOptions),
    };
  }
}
