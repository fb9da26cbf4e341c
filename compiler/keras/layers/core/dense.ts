// The fully connected layer.
import { quote, ValueError } from '../../../errors/index.ts';
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Variable } from '../../../trace/variable.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import { toPolicy } from '../../engine/dtype-policy.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import type { QuantizationConfig } from '../../quantizers/index.ts';
import { requirePositiveInteger } from '../arguments.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import { Float8Scales, roundBias } from '../quantization/float8-scales.ts';
import { multiplyQuantized } from '../quantization/multiply-quantized.ts';
import {
  activationQuantizer,
  blockSizeOf,
  checkQuantize,
  quantizationMode,
  quantizedPolicyName,
} from '../quantization/quantization-mode.ts';
import { QuantizedMatrix } from '../quantization/quantized-matrix.ts';
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
  /** How the weights are quantized, where the dtype policy says that they are. */
  readonly quantizationConfig?: QuantizationConfig | null;
}

/**
 * `activation(inputs x kernel + bias)` over the last axis: (batch, ..., in) -> (batch, ..., units).
 *
 * @example new layers.Dense(10, { activation: 'softmax' })(x)
 */
export class Dense extends Layer {
  static override readonly positional: readonly string[] = ['units'];
  static readonly nested: readonly string[] = ['quantizationConfig'];

  readonly units: number;
  readonly activation: ActivationFunction;
  readonly useBias: boolean;
  readonly kernelSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  quantizationConfig: QuantizationConfig | null;
  #quantized: QuantizedMatrix | undefined = undefined;
  #float8: Float8Scales | undefined = undefined;
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
    this.quantizationConfig = options.quantizationConfig ?? null;
    this.inputSpec = { minNdim: 2 };
    this.supportsMasking = true;
  }

  override build(inputShape: KerasShape): void {
    const last = inputShape.at(-1);
    if (last === undefined) throw new ValueError('Dense needs inputs of at least 2 dimensions.', { code: 'rank' });
    // `addWeight` refuses an unknown size, and says why.
    const size = last as number;
    this.#buildKernel(size);
    if (this.useBias) this.bias = this.addWeight({ name: 'bias', shape: [this.units], ...this.biasSettings });
    this.inputSpec = { minNdim: 2, axes: { [-1]: size } };
    const adapted = this.#quantized ? { name: 'kernel', shape: [size, this.units], trainable: false } : (this.kernel as Weight);
    this.lora = createLora(this, adapted, this.kernelSettings, this.loraOptions);
  }

  #buildKernel(size: number): void {
    const mode = quantizationMode(this);
    if (mode === 'float8') this.#float8 = new Float8Scales(this);
    if (mode === 'int8' || mode === 'int4') this.#buildQuantized(size, mode === 'int8' ? 8 : 4);
    else this.kernel = this.addWeight({ name: 'kernel', shape: [size, this.units], ...this.kernelSettings });
  }

  #buildQuantized(rows: number, bits: 4 | 8): void {
    const blockSize = bits === 4 ? blockSizeOf(this.dtypePolicy, this.quantizationConfig) : null;
    this.#quantized = new QuantizedMatrix(this, { name: 'kernel', rows, columns: this.units, bits, blockSize, axis: 0 });
    this.kernel = this.#quantized.values;
  }

  override call(inputs: Tensor): Tensor {
    const product = this.#quantized ? this.#multiplyQuantized(inputs, this.#quantized) : this.#multiply(inputs, this.kernel as Weight);
    return this.activation(this.bias ? ops.add(product, this.#float8 ? roundBias(this.bias, this.computeDtype) : this.bias) : product);
  }

  #multiply(inputs: Tensor, kernel: Weight): Tensor {
    const scales = this.#float8;
    if (!scales) return ops.matmul(inputs, this.lora ? this.lora.adapt(kernel) : kernel);
    const dtype = this.computeDtype;
    return ops.matmul(scales.round(inputs, scales.inputs, dtype), scales.round(kernel, scales.kernel, dtype));
  }

  #multiplyQuantized(inputs: Tensor, matrix: QuantizedMatrix): Tensor {
    const quantizer = activationQuantizer(this.quantizationConfig, matrix.bits);
    const product = multiplyQuantized(inputs, matrix, quantizer, this.computeDtype);
    return this.lora ? this.lora.addTo(product, (a) => ops.matmul(inputs, a)) : product;
  }

  /** Turns the kernel into whole numbers of 8 or 4 bits, or prepares for 8-bit floats, as `keras.layers.Dense.quantize`. */
  quantize(mode?: string | null, options: { readonly config?: QuantizationConfig | null } = {}): void {
    const config = checkQuantize(this, mode, options.config);
    const kernel = this.kernel as Weight;
    const floats = kernel.read();
    this.quantizationConfig = config;
    const create = (): void => {
      if (config.mode === 'float8') this.#float8 = new Float8Scales(this);
      else this.#buildQuantized(kernel.shape[0] as number, config.mode === 'int8' ? 8 : 4);
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
      quantizationConfig: this.quantizationConfig,
    };
  }
}
