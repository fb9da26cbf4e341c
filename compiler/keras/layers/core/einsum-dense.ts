// A dense layer over any axes, described by an einsum equation.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Variable } from '../../../trace/variable.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import { toPolicy } from '../../engine/dtype-policy.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import { type InitializerFunction, VarianceScaling } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import type { QuantizationConfig } from '../../quantizers/index.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import { Float8Scales, roundBias } from '../quantization/float8-scales.ts';
import {
  activationQuantizer,
  blockSizeOf,
  checkQuantize,
  quantizationMode,
  quantizedPolicyName,
} from '../quantization/quantization-mode.ts';
import { QuantizedEinsum } from '../quantization/quantized-einsum.ts';
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
  /** How the weights are quantized, where the dtype policy says that they are. */
  readonly quantizationConfig?: QuantizationConfig | null;
}

/**
 * `activation(einsum(equation, inputs, kernel) + bias)`.
 *
 * @example new layers.EinsumDense('abc,cd->abd', [null, 64], { biasAxes: 'd' })(x)
 */
export class EinsumDense extends Layer {
  static override readonly positional: readonly string[] = ['equation', 'outputShape'];
  static readonly nested: readonly string[] = ['quantizationConfig'];

  readonly equation: string;
  readonly outputShape: KerasShape;
  readonly biasAxes: string | null;
  readonly activation: ActivationFunction;
  readonly kernelSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  quantizationConfig: QuantizationConfig | null;
  #quantized: QuantizedEinsum | undefined = undefined;
  #float8: Float8Scales | undefined = undefined;
  /** The shape of the kernel, whatever form its weights have. */
  #kernelShape: readonly number[] = [];
  #rank = 0;
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
    this.quantizationConfig = options.quantizationConfig ?? null;
  }

  #shapes(inputShape: KerasShape): EinsumShapes {
    return analyzeEquation(this.equation, this.biasAxes, inputShape, this.outputShape);
  }

  override build(inputShape: KerasShape): void {
    const { kernel, bias, inputAxes, outputAxes } = this.#shapes(inputShape);
    this.inputSpec = { ndim: inputShape.length };
    this.#kernelShape = kernel as readonly number[];
    this.#rank = inputShape.length;
    const mode = quantizationMode(this);
    if (mode === 'float8') this.#float8 = new Float8Scales(this);
    if (mode === 'int8' || mode === 'int4') this.#buildQuantized(mode === 'int8' ? 8 : 4);
    else {
      const initializer = this.#scaledInitializer(inputAxes, outputAxes);
      this.kernel = this.addWeight({ name: 'kernel', shape: kernel, ...this.kernelSettings, initializer });
    }
    if (bias) this.bias = this.addWeight({ name: 'bias', shape: bias, ...this.biasSettings });
    const adapted = this.#quantized ? { name: 'kernel', shape: this.#kernelShape, trainable: false } : (this.kernel as Weight);
    this.lora = createLora(this, adapted, this.kernelSettings, this.loraOptions);
  }

  /** The kernel's fans follow from the equation, not from the order of its axes. */
  #scaledInitializer(inputAxes: readonly number[], outputAxes: readonly number[]): InitializerFunction {
    const { initializer } = this.kernelSettings;
    if (!(initializer instanceof VarianceScaling) || (initializer.inputAxes !== null && initializer.outputAxes !== null))
      return initializer;
    const type = initializer.constructor as typeof VarianceScaling;
    return new type({ ...initializer.getConfig(), seed: initializer.seed, inputAxes, outputAxes });
  }

  #buildQuantized(bits: 4 | 8): void {
    const blockSize = bits === 4 ? blockSizeOf(this.dtypePolicy, this.quantizationConfig) : null;
    this.#quantized = new QuantizedEinsum(this, { equation: this.equation, rank: this.#rank, shape: this.#kernelShape, bits, blockSize });
    this.kernel = this.#quantized.values;
  }

  override call(inputs: Tensor): Tensor {
    const product = this.#quantized ? this.#multiplyQuantized(inputs, this.#quantized) : this.#multiply(inputs, this.kernel as Weight);
    return this.activation(this.bias ? ops.add(product, this.#float8 ? roundBias(this.bias, this.computeDtype) : this.bias) : product);
  }

  #multiply(inputs: Tensor, kernel: Weight): Tensor {
    const scales = this.#float8;
    if (!scales) return ops.einsum(this.equation, inputs, this.lora ? this.lora.adapt(kernel) : kernel);
    const dtype = this.computeDtype;
    return ops.einsum(this.equation, scales.round(inputs, scales.inputs, dtype), scales.round(kernel, scales.kernel, dtype));
  }

  #multiplyQuantized(inputs: Tensor, kernel: QuantizedEinsum): Tensor {
    const product = kernel.multiply(inputs, activationQuantizer(this.quantizationConfig, kernel.bits), this.computeDtype);
    return this.lora ? this.lora.addTo(product, (a) => ops.einsum(this.equation, inputs, a)) : product;
  }

  /** Turns the kernel into whole numbers of 8 or 4 bits, or prepares for 8-bit floats. */
  quantize(mode?: string | null, options: { readonly config?: QuantizationConfig | null } = {}): void {
    const config = checkQuantize(this, mode, options.config);
    const kernel = this.kernel as Weight;
    const floats = kernel.read();
    this.quantizationConfig = config;
    const create = (): void => {
      if (config.mode === 'float8') this.#float8 = new Float8Scales(this);
      else this.#buildQuantized(config.mode === 'int8' ? 8 : 4);
    };
    this.replaceWeights(config.mode === 'float8' ? [] : [kernel], create);
    this.#quantized?.quantize(floats, config.weightQuantizer);
    this.dtypePolicy = toPolicy(quantizedPolicyName(config, this.dtypePolicy));
  }

  override get savedVariables(): readonly Variable[] {
    const rest = this.#quantized?.weights.slice(1) ?? this.#float8?.weights ?? [];
    return [this.kernel, this.bias, ...rest].filter((weight) => weight !== undefined);
  }

  /** Files hold the kernel with its adaptation added, and not the adaptation. */
  override saveOwnVariables(): NDArray[] {
    const { lora } = this;
    const [kernel, ...rest] = super.saveOwnVariables();
    if (!lora || !kernel) return kernel ? [kernel, ...rest] : [];
    if (!this.#quantized) return [lora.adapt(this.kernel as Weight).value, ...rest];
    const [merged, ...scales] = this.#quantized.valuesFor(lora.adapt(this.#quantized.dequantize(this.computeDtype)));
    return [merged as NDArray, ...(this.bias ? rest.slice(0, 1) : []), ...scales];
  }

  override loadOwnVariables(values: readonly NDArray[]): void {
    super.loadOwnVariables(values);
    this.lora?.reset();
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
      quantizationConfig: this.quantizationConfig,
    };
  }
}
