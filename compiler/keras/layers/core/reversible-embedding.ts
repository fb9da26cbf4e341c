// An embedding that also runs backwards: from vectors to a score for every number.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { Variable } from '../../../trace/variable.ts';
import { KerasTensor } from '../../engine/keras-tensor.ts';
import { type CallOptions, splitArguments } from '../../engine/layer-call.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { AbsMaxQuantizer, type QuantizationConfig } from '../../quantizers/index.ts';
import { blockSizeOf } from '../quantization/quantization-mode.ts';
import type { QuantizedMatrix } from '../quantization/quantized-matrix.ts';
import { QuantizedReverse } from '../quantization/quantized-reverse.ts';
import { Embedding, type EmbeddingOptions } from './embedding.ts';

export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Whether the way back uses the same table. Default true. */
  readonly tieWeights?: boolean;
  /** In which dtype the way back computes. */
  readonly reverseDtype?: DType | null;
  /** Scores become cap * tanh(score / cap). */
  readonly logitSoftCap?: number | null;
}

export interface ReversibleEmbeddingCallOptions extends CallOptions {
  readonly reverse?: boolean;
}

/**
 * Integers (batch, ...) -> vectors (batch, ..., outputDim), and with `reverse` vectors -> scores (batch, ..., inputDim).
 *
 * @example
 * const embedding = new layers.ReversibleEmbedding(1000, 64);
 * const logits = embedding(embedding(tokens), { reverse: true });
 */
export class ReversibleEmbedding extends Embedding {
  readonly tieWeights: boolean;
  readonly reverseDtype: DType | null;
  readonly logitSoftCap: number | null;
  reverseEmbeddings: Weight | undefined = undefined;
  #reverse: QuantizedReverse | undefined = undefined;
  /** Which way the present call goes: the mask of the output depends on it. */
  #isReverse = false;

  constructor(inputDim: number, outputDim: number, options: ReversibleEmbeddingOptions = {}) {
    super(inputDim, outputDim, options);
    this.tieWeights = options.tieWeights ?? true;
    this.reverseDtype = options.reverseDtype ?? null;
    this.logitSoftCap = options.logitSoftCap ?? null;
  }

  override build(): void {
    super.build();
    // Whole numbers are made with the table itself.
    if (this.tieWeights || this.quantized) return;
    const { initializer } = this.embeddingsSettings;
    this.reverseEmbeddings = this.addWeight({ name: 'reverse_embeddings', shape: [this.outputDim, this.inputDim], initializer });
  }

  protected override buildQuantized(bits: 4 | 8): void {
    super.buildQuantized(bits);
    if (this.tieWeights) return;
    const { inputDim: columns, outputDim: rows } = this;
    this.#reverse = new QuantizedReverse(this, { rows, columns, bits, blockSize: blockSizeOf(this.dtypePolicy, this.quantizationConfig) });
    this.reverseEmbeddings = this.#reverse.values;
  }

  protected override quantizeWeights(config: QuantizationConfig, bits: 4 | 8): void {
    const { reverseEmbeddings } = this;
    const floats = reverseEmbeddings?.read();
    if (reverseEmbeddings) this.replaceWeights([reverseEmbeddings], () => {});
    super.quantizeWeights(config, bits);
    if (floats) this.#reverse?.quantize(floats, config.weightQuantizer);
  }

  override get savedVariables(): readonly Variable[] {
    const own = this.#reverse?.weights ?? (this.reverseEmbeddings ? [this.reverseEmbeddings] : []);
    return [...super.savedVariables, ...own];
  }

  override invoke(...args: readonly unknown[]): unknown {
    this.#isReverse = (splitArguments(args).options as ReversibleEmbeddingCallOptions).reverse === true;
    return super.invoke(...args);
  }

  override call(inputs: Tensor, { reverse }: ReversibleEmbeddingCallOptions = {}): Tensor {
    if (!reverse) return super.call(inputs);
    const scores = this.quantized ? this.#scoreQuantized(inputs, this.quantized) : this.#score(inputs);
    const cap = this.logitSoftCap;
    return cap === null ? scores : ops.multiply(ops.tanh(ops.divide(scores, cap)), cap);
  }

  #score(inputs: Tensor): Tensor {
    const kernel = this.reverseEmbeddings?.read() ?? ops.transpose(this.embeddings as Weight);
    const dtype = this.reverseDtype;
    return dtype ? ops.matmul(ops.cast(inputs, dtype), ops.cast(kernel, dtype)) : ops.matmul(inputs, kernel);
  }

  /** Whole numbers are multiplied where the config makes some of the inputs; groups are made floats first. */
  #scoreQuantized(inputs: Tensor, table: QuantizedMatrix): Tensor {
    const dtype = this.computeDtype;
    const quantizer = this.quantizationConfig ? this.quantizationConfig.activationQuantizer : new AbsMaxQuantizer({ axis: -1 });
    const [x, inputsScale] = quantizer ? quantizer.quantize(inputs) : [inputs, ops.ones([1], { dtype })];
    const reverse = this.#reverse;
    if (reverse ? reverse.isGrouped : table.isGrouped) {
      const floats = reverse ? reverse.dequantize(table, dtype) : ops.transpose(table.dequantize(dtype));
      return ops.divide(ops.matmul(x, floats), inputsScale);
    }
    const whole = reverse ? reverse.wholeNumbers() : ops.transpose(table.wholeNumbers());
    const scale = reverse ? reverse.scale : table.scale;
    return ops.divide(ops.cast(ops.matmul(x, whole), dtype), ops.multiply(inputsScale, scale));
  }

  override computeMask(inputs: TensorLike): unknown {
    return this.#isReverse ? undefined : super.computeMask(inputs);
  }

  override computeOutputSpec(args: readonly unknown[], { reverse }: ReversibleEmbeddingCallOptions): KerasTensor {
    const { shape } = args[0] as KerasTensor;
    const size = reverse ? [...shape.slice(0, -1), this.inputDim] : [...shape, this.outputDim];
    return new KerasTensor(size, { dtype: reverse && this.reverseDtype ? this.reverseDtype : this.computeDtype });
  }

  override getConfig(): Record<string, unknown> {
    const { tieWeights, reverseDtype, logitSoftCap } = this;
    return { ...super.getConfig(), tieWeights, reverseDtype, logitSoftCap };
  }
}
