// Scales features by a mean and a variance that are given, or learned from data by `adapt`.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import { type TensorLike, toTensor } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { batchesOf } from './batches.ts';

type Values = number | readonly number[] | readonly (readonly number[])[];

export interface NormalizationOptions extends LayerOptions {
  /** Axes with statistics of their own. Default -1; null for one mean over everything. */
  readonly axis?: number | readonly number[] | null;
  readonly mean?: Values | null;
  readonly variance?: Values | null;
  /** Undoes the normalisation: `x * sqrt(variance) + mean`. */
  readonly invert?: boolean;
}

/**
 * `(x - mean) / sqrt(variance)`.
 *
 * @example const layer = new layers.Normalization(); layer.adapt(data); layer(x)
 */
export class Normalization extends Layer {
  readonly axis: readonly number[];
  readonly inputMean: Values | null;
  readonly inputVariance: Values | null;
  readonly invert: boolean;
  adaptMean: Weight | undefined = undefined;
  adaptVariance: Weight | undefined = undefined;
  count: Weight | undefined = undefined;
  #builtShape: KerasShape | undefined = undefined;
  /** What `call` uses, taken from the weights when they are made, adapted or loaded: as in Keras, later assignments do not reach it. */
  #statistics: { readonly mean: TensorLike; readonly variance: TensorLike } | undefined = undefined;

  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { axis = -1, mean = null, variance = null } = options;
    this.axis = axis === null ? [] : typeof axis === 'number' ? [axis] : axis;
    this.inputMean = mean;
    this.inputVariance = variance;
    this.invert = options.invert ?? false;
    this.supportsMasking = true;
    if ((mean === null) !== (variance === null)) {
      throw new ValueError(
        `When setting values directly, both \`mean\` and \`variance\` must be set. Received: mean=${quote(mean)} and variance=${quote(variance)}`,
        {
          code: 'arguments',
        },
      );
    }
  }

  /** The axes that keep their statistics, in order. */
  #keptAxes(rank: number): number[] {
    if (this.axis.some((axis) => axis < -rank || axis >= rank)) {
      throw new ValueError(
        `All \`axis\` values must be in the range [-ndim, ndim). Received inputs with ndim=${rank}, while axis=${quote(this.axis)}`,
        { code: 'axis' },
      );
    }
    return this.axis.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  }

  override build(inputShape: KerasShape): void {
    const kept = this.#keptAxes(inputShape.length);
    const unknown = kept.find((axis) => inputShape[axis] === null);
    if (unknown !== undefined) {
      throw new ValueError(
        `All \`axis\` values to be kept must have a known shape. Received axis=${quote(this.axis)}, inputs.shape=${formatShape(inputShape)}, with unknown axis at index ${unknown}`,
        { code: 'unknown-dimension' },
      );
    }
    this.#builtShape = inputShape;
    if (this.inputMean !== null) return;
    const shape = kept.map((axis) => inputShape[axis] as number);
    this.adaptMean = this.addWeight({ name: 'mean', shape, initializer: 'zeros', trainable: false });
    this.adaptVariance = this.addWeight({ name: 'variance', shape, initializer: 'ones', trainable: false });
    this.count = this.addWeight({ name: 'count', shape: [], dtype: 'int64', initializer: 'zeros', trainable: false });
    this.finalizeState();
  }

  override finalizeState(): void {
    if (this.adaptMean && this.adaptVariance) this.#statistics = { mean: this.adaptMean.value, variance: this.adaptVariance.value };
  }

  /** Takes mean and variance from data, (samples, ...) of the shape of the inputs, or from an iterable of batches of such. */
  adapt(data: TensorLike | Iterable<TensorLike>): void {
    let seen = 0;
    let mean: Tensor | undefined;
    let variance: Tensor | undefined;
    for (const batch of batchesOf(data)) {
      const next = this.#statisticsOf(toTensor(batch as TensorLike));
      seen += next.count;
      const weight = next.count / seen;
      const joined = mean ? blend(mean, next.mean, weight) : next.mean;
      const spread = (m: Tensor, v: Tensor): Tensor => ops.add(v, ops.square(ops.subtract(m, joined)));
      variance = mean && variance ? blend(spread(mean, variance), spread(next.mean, next.variance), weight) : next.variance;
      mean = joined;
    }
    if (!mean || !variance) {
      throw new ValueError('adapt() received an empty iterable (no batches). Expected at least one batch.', { code: 'adapt' });
    }
    this.adaptMean?.assign(ops.cast(mean, this.adaptMean.dtype));
    this.adaptVariance?.assign(ops.cast(variance, this.adaptVariance.dtype));
    this.finalizeState();
  }

  /** Mean and variance of a batch, and of how many numbers each is. */
  #statisticsOf(tensor: Tensor): { readonly count: number; readonly mean: Tensor; readonly variance: Tensor } {
    if (!this.built) this.build(tensor.shape);
    const kept = this.#keptAxes(tensor.rank);
    if (kept.some((axis) => tensor.shape[axis] !== this.#builtShape?.[axis])) {
      throw new ValueError(
        `The layer was built with input_shape=${formatShape(this.#builtShape ?? [])}, but adapt() is being called with data with an incompatible shape, data.shape=${formatShape(tensor.shape)}`,
        { code: 'adapt' },
      );
    }
    const numbers = ops.cast(tensor, this.computeDtype);
    const axis = tensor.shape.map((_, each) => each).filter((each) => !kept.includes(each));
    const count = axis.reduce((product, each) => product * (tensor.shape[each] as number), 1);
    return { count, mean: ops.mean(numbers, { axis }), variance: ops.var(numbers, { axis }) };
  }

  /** A statistic with size 1 along the other axes. */
  #along(value: TensorLike, inputs: Tensor): Tensor {
    const tensor = toTensor(value, this.computeDtype);
    const kept = this.#keptAxes(inputs.rank);
    const own = kept.slice(kept.length - tensor.rank);
    return ops.reshape(
      tensor,
      inputs.shape.map((_, axis) => (own.includes(axis) ? (tensor.shape[own.indexOf(axis)] as number) : 1)),
    );
  }

  override call(inputs: Tensor): Tensor {
    const x = ops.cast(inputs, this.computeDtype);
    const mean = this.#along((this.inputMean ?? this.#statistics?.mean) as TensorLike, x);
    const variance = this.#along((this.inputVariance ?? this.#statistics?.variance) as TensorLike, x);
    // A deviation below epsilon counts as epsilon.
    const deviation = ops.maximum(ops.sqrt(variance), epsilon());
    return this.invert ? ops.add(mean, ops.multiply(x, deviation)) : ops.divide(ops.subtract(x, mean), deviation);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return inputShape;
  }

  override getConfig(): Record<string, unknown> {
    const { axis, invert } = this;
    return { ...super.getConfig(), axis, invert, mean: this.inputMean, variance: this.inputVariance };
  }
}

/** `a` and `b` weighted by `1 - weight` and `weight`. */
const blend = (a: Tensor, b: Tensor, weight: number): Tensor => ops.add(ops.multiply(a, 1 - weight), ops.multiply(b, weight));
