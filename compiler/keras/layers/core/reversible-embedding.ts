// An embedding that also runs backwards: from vectors to a score for every number.
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { KerasTensor } from '../../engine/keras-tensor.ts';
import { type CallOptions, splitArguments } from '../../engine/layer-call.ts';
import type { Weight } from '../../engine/weight.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
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
    if (this.tieWeights) return;
    const { initializer } = this.embeddingsSettings;
    this.reverseEmbeddings = this.addWeight({ name: 'reverse_embeddings', shape: [this.outputDim, this.inputDim], initializer });
  }

  override invoke(...args: readonly unknown[]): unknown {
    this.#isReverse = (splitArguments(args).options as ReversibleEmbeddingCallOptions).reverse === true;
    return super.invoke(...args);
  }

  override call(inputs: Tensor, { reverse }: ReversibleEmbeddingCallOptions = {}): Tensor {
    if (!reverse) return super.call(inputs);
    const kernel = this.reverseEmbeddings?.read() ?? ops.transpose(this.embeddings as Weight);
    const dtype = this.reverseDtype;
    const scores = dtype ? ops.matmul(ops.cast(inputs, dtype), ops.cast(kernel, dtype)) : ops.matmul(inputs, kernel);
    const cap = this.logitSoftCap;
    return cap === null ? scores : ops.multiply(ops.tanh(ops.divide(scores, cap)), cap);
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
