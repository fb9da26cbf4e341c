// Attention of queries to keys without weights of its own (Luong style).
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions, type ShapeStructure } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Nested } from '../../engine/structure.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { causalMask } from './attention-masks.ts';

export interface AttentionLayerOptions extends LayerOptions {
  /** Whether the scores are scaled by a weight. Default false. */
  readonly useScale?: boolean;
  /** `dot` (the default): query x key; `concat`: the sum of tanh(query + key). */
  readonly scoreMode?: 'dot' | 'concat';
  /** The share of the scores that is dropped while training. */
  readonly dropout?: number;
  readonly seed?: number | null;
}

export interface AttentionCallOptions extends CallOptions {
  /** Whether the weights of the average are returned after the output. */
  readonly returnAttentionScores?: boolean;
  /** Whether a query sees no later key. */
  readonly useCausalMask?: boolean;
}

/**
 * `[query, value]` or `[query, value, key]` of (batch, queries, size) and (batch, keys, size) -> (batch, queries, size):
 * the average of the values by the softmax of the scores. Masks: `[queryMask, valueMask]`.
 *
 * @example new layers.Attention()([query, value])
 */
export class Attention extends Layer {
  readonly useScale: boolean;
  readonly scoreMode: 'dot' | 'concat';
  readonly dropout: number;
  readonly seed: number | null;
  readonly seedGenerator: SeedGenerator | undefined;
  scale: Weight | undefined = undefined;
  concatScoreWeight: Weight | undefined = undefined;

  constructor(options: AttentionLayerOptions = {}) {
    super(options);
    this.useScale = options.useScale ?? false;
    this.scoreMode = options.scoreMode ?? 'dot';
    if (this.scoreMode !== 'dot' && this.scoreMode !== 'concat') {
      throw new ValueError(
        `Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: score_mode=${String(this.scoreMode)}`,
        { code: 'arguments' },
      );
    }
    this.dropout = options.dropout ?? 0;
    this.seed = options.seed ?? null;
    this.seedGenerator = this.dropout > 0 ? new SeedGenerator(this.seed) : undefined;
    this.supportsMasking = true;
  }

  override build(inputShape: ShapeStructure): void {
    this.checkInputs(inputShape);
    if (this.useScale) this.scale = this.addWeight({ name: 'scale', shape: [], initializer: 'ones' });
    if (this.scoreMode === 'concat')
      this.concatScoreWeight = this.addWeight({ name: 'concat_score_weight', shape: [], initializer: 'ones' });
  }

  /** (batch, queries, keys). */
  protected scores(query: Tensor, key: Tensor): Tensor {
    if (this.concatScoreWeight) {
      const sums = sumsOfPairs(query, key);
      const scaled = this.scale ? ops.multiply(sums, this.scale) : sums;
      return ops.multiply(this.concatScoreWeight, ops.sum(ops.tanh(scaled), { axis: -1 }));
    }
    const scores = ops.matmul(query, ops.swapaxes(key, -2, -1));
    return this.scale ? ops.multiply(scores, this.scale) : scores;
  }

  override call(inputs: readonly Tensor[], options: AttentionCallOptions = {}): Nested<Tensor> {
    const masks = options.mask as readonly (Tensor | null | undefined)[] | undefined;
    this.checkInputs(inputs);
    this.#checkMasks(masks);
    const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?];
    const [queryMask, valueMask] = masks ?? [];
    const scores = this.scores(query, key);
    const weights = ops.softmax(maskScores(scores, valueMask ?? undefined, options.useCausalMask === true), { axis: -1 });
    const kept = options.training && this.seedGenerator ? dropout(weights, this.dropout, this.seedGenerator.next()) : weights;
    const averages = ops.matmul(kept, value);
    const output = queryMask ? (ops.where(ops.expandDims(queryMask, -1), averages, 0) as Tensor) : averages;
    return options.returnAttentionScores ? [output, kept] : output;
  }

  override computeMask(_inputs: unknown, previousMask: unknown): unknown {
    return Array.isArray(previousMask) ? (previousMask[0] as unknown) : undefined;
  }

  /** Refuses what is no list of query, value and key. */
  protected checkInputs(inputs: unknown): void {
    const isList = Array.isArray(inputs) && inputs.every((item) => typeof item === 'object' && item !== null);
    if (!isList) {
      const found = Array.isArray(inputs) ? formatShape(inputs as KerasShape) : quote(inputs);
      throw new ValueError(
        `${this.className} layer must be called on a list of inputs, namely [query, value] or [query, value, key]. Received: inputs=${found}.`,
        { code: 'attention-inputs' },
      );
    }
    if (inputs.length === 2 || inputs.length === 3) return;
    throw new ValueError(
      `${this.className} layer accepts inputs list of length 2 or 3, namely [query, value] or [query, value, key]. Received length: ${inputs.length}.`,
      { code: 'attention-inputs' },
    );
  }

  #checkMasks(masks: unknown): void {
    if (masks === undefined || masks === null) return;
    if (!Array.isArray(masks)) {
      throw new ValueError(
        `${this.className} layer mask must be a list, namely [query_mask, value_mask]. Received: mask=${quote(masks)}.`,
        {
          code: 'attention-inputs',
        },
      );
    }
    if (masks.length === 2 || masks.length === 3) return;
    throw new ValueError(`${this.className} layer accepts mask list of length 2 or 3. Received length: ${masks.length}.`, {
      code: 'attention-inputs',
    });
  }

  override getConfig(): Record<string, unknown> {
    const { useScale, scoreMode, seed } = this;
    return { ...super.getConfig(), useScale, scoreMode, dropout: this.dropout, seed };
  }
}

/** Every query plus every key: (batch, queries, keys, size). */
export const sumsOfPairs = (query: Tensor, key: Tensor): Tensor => ops.add(ops.expandDims(query, -2), ops.expandDims(key, -3));

/** Scores of hidden keys become so low that the softmax makes them 0. */
function maskScores(scores: Tensor, valueMask: Tensor | undefined, isCausal: boolean): Tensor {
  const causal = isCausal ? causalMask(...(scores.shape.slice(-2) as [number, number])) : undefined;
  const wide = valueMask && (valueMask.rank === 2 ? ops.expandDims(valueMask, -2) : valueMask);
  const visible = wide && causal ? ops.logicalAnd(wide, causal) : (wide ?? causal);
  if (!visible) return scores;
  return ops.where(visible, scores, ops.subtract(scores, scores.dtype === 'float16' ? 65504 : 1e9)) as Tensor;
}
