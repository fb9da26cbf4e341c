// Numbers to the bins they fall into.
import { quote, ValueError } from '../../../errors/index.ts';
import type { DType } from '../../../ir/dtype.ts';
import type { NDArray } from '../../../ir/ndarray.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import { type TensorLike, toTensor } from '../../engine/tensor-like.ts';
import * as ops from '../../ops/index.ts';
import { batchesOf } from './batches.ts';
import { type CategoryMode, encodeCategorical } from './encode-categorical.ts';
import { oneOf, refuseSparse } from './output-mode.ts';
import { addToSummary, binBoundaries, EMPTY_SUMMARY, type QuantileSummary } from './quantile-summary.ts';

export interface DiscretizationOptions extends LayerOptions {
  /** Ascending; bin 0 lies below the first. */
  readonly binBoundaries?: readonly number[] | null;
  /** How many bins `adapt` makes, of about equal counts. */
  readonly numBins?: number | null;
  /** How exact the quantiles of `adapt` are. Default 0.01. */
  readonly epsilon?: number;
  /** Default `int`. */
  readonly outputMode?: string;
  /** kerasc has no sparse tensors: the result is dense. */
  readonly sparse?: boolean;
}

const MODES: readonly CategoryMode[] = ['int', 'one_hot', 'multi_hot', 'count'];

/**
 * The number of the bin of each element, in int32, or a vector of bins.
 *
 * @example new layers.Discretization({ binBoundaries: [0, 1, 2] })(x)
 */
export class Discretization extends Layer {
  binBoundaries: readonly number[] | null;
  readonly numBins: number | null;
  readonly epsilon: number;
  readonly outputMode: CategoryMode;
  readonly sparse: boolean;
  #summary: QuantileSummary = EMPTY_SUMMARY;

  constructor(options: DiscretizationOptions = {}) {
    super(options);
    checkOptions(options);
    this.binBoundaries = options.binBoundaries ?? null;
    this.numBins = options.numBins ?? null;
    this.epsilon = options.epsilon ?? 0.01;
    this.outputMode = (options.outputMode ?? 'int') as CategoryMode;
    this.sparse = options.sparse ?? false;
  }

  override get inputDtype(): DType {
    return 'float32';
  }

  get #outputDtype(): DType {
    return this.outputMode === 'int' ? 'int32' : this.computeDtype;
  }

  /** Takes the boundaries from data: an array of any shape, or an iterable of batches. */
  adapt(data: TensorLike | Iterable<TensorLike>, options: { readonly steps?: number | null } = {}): void {
    if (this.numBins === null) {
      throw new ValueError('Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` instead.', {
        code: 'adapt',
      });
    }
    this.resetState();
    for (const batch of batchesOf(data, options.steps)) this.updateState(batch as TensorLike);
    this.finalizeBins();
  }

  /** Adds a batch to what `finalizeBins` will take the boundaries from. */
  updateState(data: TensorLike): void {
    const numbers = toTensor(data, 'float32').data as Float32Array;
    this.#summary = addToSummary(this.#summary, Array.from(numbers), this.epsilon);
  }

  /** Takes the boundaries from the batches so far. */
  finalizeBins(): void {
    if (this.numBins !== null) this.binBoundaries = binBoundaries(this.#summary, this.numBins);
  }

  /** Forgets the batches. */
  resetState(): void {
    this.#summary = EMPTY_SUMMARY;
  }

  override call(inputs: Tensor): Tensor {
    const { binBoundaries: boundaries } = this;
    if (boundaries === null) {
      throw new ValueError(
        'You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` before you can start using the `Discretization` layer.',
        { code: 'adapt' },
      );
    }
    refuseSparse(this.sparse, `layer '${this.name}' (Discretization)`);
    const bins =
      boundaries.length === 0 ? ops.zerosLike(inputs) : ops.digitize(ops.cast(inputs, 'float32'), toTensor(boundaries, 'float32'));
    return encodeCategorical(bins, { mode: this.outputMode, depth: boundaries.length + 1, dtype: this.#outputDtype });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (this.outputMode === 'int') return inputShape;
    const depth = this.binBoundaries === null ? this.numBins : this.binBoundaries.length + 1;
    // Counts are taken along the second axis, or along the only one.
    if (this.outputMode !== 'one_hot') return [...inputShape.slice(0, inputShape.length > 1 ? 1 : 0), ...inputShape.slice(2), depth];
    const isColumn = inputShape.length > 1 && inputShape.at(-1) === 1;
    return [...(isColumn ? inputShape.slice(0, -1) : inputShape), depth];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    return new KerasTensor(this.computeOutputShape((args[0] as KerasTensor).shape), { dtype: this.#outputDtype });
  }

  /** Older files hold a summary of the data, which the config makes superfluous. */
  override loadOwnVariables(_values: readonly NDArray[]): void {}

  override getConfig(): Record<string, unknown> {
    const { binBoundaries: boundaries, numBins, epsilon, outputMode, sparse, name } = this;
    return { binBoundaries: boundaries, numBins, epsilon, outputMode, sparse, name, dtype: this.dtype };
  }

  /** After `adapt` a config has both boundaries and their number. */
  static fromConfig(config: Record<string, unknown>): Discretization {
    const { binBoundaries: boundaries, ...rest } = config as DiscretizationOptions;
    if (!boundaries || (rest.numBins ?? null) === null) return new Discretization(config as DiscretizationOptions);
    const layer = new Discretization(rest);
    layer.binBoundaries = boundaries;
    return layer;
  }
}

function checkOptions({
  binBoundaries: boundaries = null,
  numBins = null,
  outputMode = 'int',
  sparse = false,
}: DiscretizationOptions): void {
  const refuse = (message: string): never => {
    throw new ValueError(message, { code: 'discretization' });
  };
  if (sparse && outputMode === 'int') {
    refuse(
      `\`sparse=True\` may only be used if \`output_mode\` is \`'one_hot'\`, \`'multi_hot'\`, or \`'count'\`. Received: sparse=${sparse} and output_mode=${outputMode}`,
    );
  }
  oneOf(outputMode, MODES, 'Discretization', 'output_mode');
  if (numBins !== null && numBins < 0) refuse(`\`num_bins\` must be greater than or equal to 0. Received: \`num_bins=${numBins}\``);
  if (numBins !== null && boundaries !== null) {
    refuse(
      `Both \`num_bins\` and \`bin_boundaries\` should not be set. Received: \`num_bins=${numBins}\` and \`bin_boundaries=${quote(boundaries)}\``,
    );
  }
  if (numBins === null && boundaries === null) refuse('You need to set either `num_bins` or `bin_boundaries`.');
}
