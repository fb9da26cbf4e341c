// Vectors of a table, picked by number.
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Variable } from '../../../trace/variable.ts';
import { toPolicy } from '../../engine/dtype-policy.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import type { QuantizationConfig } from '../../quantizers/index.ts';
import { asTuple, requirePositiveInteger } from '../arguments.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import { blockSizeOf, checkQuantize, quantizationMode, quantizedPolicyName, refuseFloat8 } from '../quantization/quantization-mode.ts';
import { QuantizedMatrix } from '../quantization/quantized-matrix.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';

export interface EmbeddingOptions extends LayerOptions, LoraOptions, WeightOptionsOf<'embeddings'> {
  /** Whether number 0 is padding, which later layers skip. */
  readonly maskZero?: boolean;
  /** How the weights are quantized, where the dtype policy says that they are. */
  readonly quantizationConfig?: QuantizationConfig | null;
}

/**
 * Integers (batch, ...) -> vectors (batch, ..., outputDim).
 *
 * @example new layers.Embedding(1000, 64)(tokens)
 */
export class Embedding extends Layer {
  static override readonly positional: readonly string[] = ['inputDim', 'outputDim'];
  static readonly nested: readonly string[] = ['quantizationConfig'];

  readonly inputDim: number;
  readonly outputDim: number;
  readonly maskZero: boolean;
  readonly embeddingsSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  quantizationConfig: QuantizationConfig | null;
  /** The table as whole numbers, where the dtype policy asks for them. */
  protected quantized: QuantizedMatrix | undefined = undefined;
  lora: Lora | undefined = undefined;
  embeddings: Weight | undefined = undefined;

  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    requirePositiveInteger(inputDim, `\`input_dim\` must be a positive integer. Received: input_dim=${asTuple(inputDim)}`);
    requirePositiveInteger(outputDim, `\`output_dim\` must be a positive integer. Received: output_dim=${asTuple(outputDim)}`);
    super({ ...options, autocast: false });
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.maskZero = options.maskZero ?? false;
    this.embeddingsSettings = weightSettings('embeddings', options, 'uniform');
    this.loraOptions = { loraRank: options.loraRank ?? null, loraAlpha: options.loraAlpha ?? null };
    this.quantizationConfig = options.quantizationConfig ?? null;
    this.supportsMasking = this.maskZero;
  }

  override build(): void {
    const mode = quantizationMode(this);
    if (mode === 'float8') refuseFloat8(this);
    if (mode !== null) this.buildQuantized(mode === 'int8' ? 8 : 4);
    else this.embeddings = this.addWeight({ name: 'embeddings', shape: [this.inputDim, this.outputDim], ...this.embeddingsSettings });
    const shape = [this.inputDim, this.outputDim];
    const adapted = this.quantized ? { name: 'embeddings', shape, trainable: false } : (this.embeddings as Weight);
    this.lora = createLora(this, adapted, this.embeddingsSettings, this.loraOptions);
  }

  protected buildQuantized(bits: 4 | 8): void {
    const blockSize = bits === 4 ? blockSizeOf(this.dtypePolicy, this.quantizationConfig) : null;
    this.quantized = new QuantizedMatrix(this, {
      name: 'embeddings',
      rows: this.inputDim,
      columns: this.outputDim,
      bits,
      blockSize,
      axis: 1,
    });
    this.embeddings = this.quantized.values;
  }

  override call(inputs: Tensor): Tensor {
    const indices = inputs.dtype === 'int32' || inputs.dtype === 'int64' ? inputs : ops.cast(inputs, 'int32');
    const embeddings = this.embeddings as Weight;
    if (this.quantized) return this.#pickQuantized(indices, this.quantized);
    return ops.cast(ops.take(this.lora ? this.lora.adapt(embeddings) : embeddings, indices, { axis: 0 }), this.computeDtype);
  }

  #pickQuantized(indices: Tensor, table: QuantizedMatrix): Tensor {
    const rows = table.dequantizeRows(indices, this.computeDtype);
    return this.lora ? this.lora.addTo(rows, (a) => ops.take(a, indices, { axis: 0 })) : rows;
  }

  /** Turns the table into whole numbers of 8 or 4 bits. */
  quantize(mode?: string | null, options: { readonly config?: QuantizationConfig | null } = {}): void {
    const config = checkQuantize(this, mode, options.config);
    if (config.mode === 'float8') refuseFloat8(this);
    this.quantizationConfig = config;
    this.quantizeWeights(config, config.mode === 'int8' ? 8 : 4);
    this.dtypePolicy = toPolicy(quantizedPolicyName(config, this.dtypePolicy));
  }

  protected quantizeWeights(config: QuantizationConfig, bits: 4 | 8): void {
    const embeddings = this.embeddings as Weight;
    const floats = embeddings.read();
    this.replaceWeights([embeddings], () => this.buildQuantized(bits));
    this.quantized?.quantize(floats, config.weightQuantizer);
  }

  override get savedVariables(): readonly Variable[] {
    return this.quantized?.weights ?? (this.embeddings ? [this.embeddings] : []);
  }

  /** Files hold the table with its adaptation added, and not the adaptation. */
  override saveOwnVariables(): NDArray[] {
    const { lora } = this;
    const values = super.saveOwnVariables();
    if (!lora) return values;
    const merged = this.quantized
      ? this.quantized.valuesFor(lora.adapt(this.quantized.dequantize(this.computeDtype)))
      : [lora.adapt(this.embeddings as Weight).value];
    return [...merged, ...values.slice(merged.length)];
  }

  override loadOwnVariables(values: readonly NDArray[]): void {
    super.loadOwnVariables(values);
    this.lora?.reset();
  }

  override computeMask(inputs: TensorLike): unknown {
    return this.maskZero ? ops.notEqual(inputs, 0) : undefined;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return [...inputShape, this.outputDim];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      inputDim: this.inputDim,
      outputDim: this.outputDim,
      maskZero: this.maskZero,
      ...weightConfig('embeddings', this.embeddingsSettings),
      ...loraConfig(this.loraOptions),
      quantizationConfig: this.quantizationConfig,
    };
  }
}
