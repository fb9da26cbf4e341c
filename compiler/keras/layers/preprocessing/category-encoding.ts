// Integers that stand for categories, as vectors.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import { type TensorLike, toTensor } from '../../engine/tensor-like.ts';
import { type CategoryMode, encodeCategorical } from './encode-categorical.ts';

export interface CategoryEncodingOptions extends LayerOptions {
  /** How many categories there are: 0 to `numTokens - 1`. Required. */
  readonly numTokens?: number | null;
  /** Default `multi_hot`. */
  readonly outputMode?: string;
  /** kerasc has no sparse tensors: the result is dense. */
  readonly sparse?: boolean;
}

interface CallOptions {
  /** A weight of each input, where categories are counted. */
  readonly countWeights?: TensorLike | null | undefined;
}

/**
 * (batch, tokens) -> (batch, numTokens); with `one_hot` (batch, tokens, numTokens).
 *
 * @example new layers.CategoryEncoding({ numTokens: 4, outputMode: 'one_hot' })(indices)
 */
export class CategoryEncoding extends Layer {
  readonly numTokens: number;
  readonly outputMode: Exclude<CategoryMode, 'int'>;

  constructor(options: CategoryEncodingOptions = {}) {
    super(options);
    this.outputMode = modeOf(options.outputMode ?? 'multi_hot');
    this.numTokens = tokensOf(options.numTokens);
  }

  override call(inputs: Tensor, { countWeights }: CallOptions = {}): Tensor {
    if (countWeights !== undefined && countWeights !== null && this.outputMode !== 'count') {
      throw new ValueError("`count_weights` is not used when `output_mode` is not `'count'`.", { code: 'count-weights' });
    }
    return encodeCategorical(inputs, {
      mode: this.outputMode,
      depth: this.numTokens,
      dtype: this.dtype,
      countWeights: countWeights === undefined || countWeights === null ? undefined : toTensor(countWeights, this.computeDtype),
    });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (inputShape.length === 0) return [this.numTokens];
    const isColumn = inputShape.length > 1 && inputShape.at(-1) === 1;
    const outer = this.outputMode === 'one_hot' && !isColumn ? inputShape : inputShape.slice(0, -1);
    return [...outer, this.numTokens];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    return new KerasTensor(this.computeOutputShape((args[0] as KerasTensor).shape), { dtype: this.computeDtype });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), numTokens: this.numTokens, outputMode: this.outputMode };
  }
}

function modeOf(mode: string): Exclude<CategoryMode, 'int'> {
  if (mode === 'binary') return 'multi_hot';
  if (mode === 'count' || mode === 'one_hot' || mode === 'multi_hot') return mode;
  throw new ValueError(`Unknown arg for output_mode: ${mode}`, { code: 'output-mode' });
}

function tokensOf(count: number | null | undefined): number {
  if (count === null || count === undefined) {
    throw new ValueError(
      'num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use the IntegerLookup layer instead.',
      { code: 'num-tokens' },
    );
  }
  if (count >= 1) return count;
  throw new ValueError(`\`num_tokens\` must be >= 1. Received: num_tokens=${quote(count)}.`, { code: 'num-tokens' });
}
