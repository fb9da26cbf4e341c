// Medians and quantiles: positions in the sorted elements.
import { quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type Axis, type AxisOptions, axesOf, keptShape } from './axes.ts';
import { constantOf, fullAs, type TensorLike, toFloat, toTensor } from './convert.ts';
import { hasNoAxes } from './nan-reductions.ts';
import { reduceAxes } from './reductions.ts';

const METHODS = ['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const;
type Method = (typeof METHODS)[number];

export interface QuantileOptions extends AxisOptions {
  /** How to choose between two elements: `linear` interpolates. */
  readonly method?: Method;
}

/** The elements of the reduced axes as one last axis, sorted. */
function sortedElements(x: Tensor, axis: Axis | undefined): Tensor {
  const axes = axesOf(axis, x.rank);
  const kept = x.shape.map((_, at) => at).filter((at) => !axes.includes(at));
  const count = axes.reduce((product, at) => product * (x.shape[at] as number), 1);
  const flat = lax.reshape(lax.transpose(x, [...kept, ...axes]), [...kept.map((at) => x.shape[at] as number), count]);
  return lax.sort([flat], kept.length)[0] as Tensor;
}

/** Reads sorted rows at positions (rows..., fractions) that may lie between elements. */
function readAt(sorted: Tensor, position: Tensor, method: Method): Tensor {
  const rows = sorted.shape.slice(0, -1);
  const count = sorted.shape[sorted.rank - 1] as number;
  const below = lax.floor(position);
  const pick = (index: Tensor): Tensor => {
    const whole = lax.cast(index, 'int32');
    const inside = lax.minimum(lax.maximum(whole, fullAs(whole, 0)), fullAs(whole, count - 1));
    const batch = rows.map((_, axis) => axis);
    return lax.gather(sorted, lax.reshape(inside, [...inside.shape, 1]), {
      offsetAxes: [],
      collapsedAxes: [rows.length],
      operandBatchAxes: batch,
      indicesBatchAxes: batch,
      startIndexMap: [rows.length],
      sliceSizes: sorted.shape.map(() => 1),
    });
  };
  if (method === 'lower') return pick(below);
  if (method === 'higher') return pick(lax.ceil(position));
  if (method === 'nearest') return pick(lax.round(position));
  const above = lax.ceil(position);
  if (method === 'midpoint') {
    const sum = lax.add(pick(below), pick(above));
    return lax.multiply(sum, fullAs(sum, 0.5));
  }
  return interpolate(position, lax.maximum(above, fullAs(above, 1)), pick);
}

/**
 * Between two different elements even where the position is that of one: the slope between it and the one before is the derivative
 * there, as in Keras on TensorFlow.
 */
function interpolate(position: Tensor, upper: Tensor, pick: (index: Tensor) => Tensor): Tensor {
  const lower = lax.subtract(upper, fullAs(upper, 1));
  const [low, high] = [pick(lower), pick(upper)];
  const fraction = lax.cast(lax.subtract(position, lower), low.dtype);
  const one = fullAs(fraction, 1);
  const isLow = lax.compare('less', fraction, fullAs(fraction, 0.5));
  // From the nearer element, so that on one of them the result is that element, and infinite differences do not count.
  const away = lax.select(isLow, fraction, lax.subtract(fraction, one));
  const difference = lax.subtract(high, low);
  const isVoid = lax.and(lax.not(lax.is_finite(difference)), lax.compare('equal', away, fullAs(away, 0)));
  const step = lax.multiply(lax.select(isVoid, fullAs(difference, 0), difference), away);
  return lax.add(lax.select(isLow, low, high), step);
}

/** Brings the quantile axis to the front, puts reduced axes back with size 1, drops the axis of a single fraction. */
function arrange(values: Tensor, x: Tensor, q: Tensor, { axis, keepdims = false }: AxisOptions): Tensor {
  const last = values.rank - 1;
  const front = lax.transpose(values, [last, ...Array.from({ length: last }, (_, at) => at)]);
  const rest = keepdims ? keptShape(x.shape, axesOf(axis, x.rank)) : front.shape.slice(1);
  return lax.reshape(front, [...q.shape, ...rest]);
}

function quantiles(x: Tensor, q: Tensor, options: QuantileOptions, ignoresNan: boolean): Tensor {
  const { method = 'linear', axis } = options;
  if (!METHODS.includes(method))
    throw new ValueError(`Invalid \`method\`. Expected one of ${quote(METHODS)}. Received: method=${quote(method)}`, { code: 'arguments' });
  const sorted = sortedElements(x, axis);
  const rows = sorted.shape.slice(0, -1);
  const size = sorted.shape[sorted.rank - 1] as number;
  const isNan = lax.compare('not_equal', sorted, sorted);
  const shape = [...rows, q.size];
  const fractions = lax.broadcast(lax.cast(lax.reshape(q, [q.size]), 'float64'), shape, [rows.length]);
  const perRow = (values: Tensor): Tensor =>
    lax.broadcast(
      values,
      shape,
      rows.map((_, at) => at),
    );
  const numbers = reduceAxes('sum', lax.cast(lax.not(isNan), 'float64'), { axis: rows.length });
  const count = ignoresNan ? perRow(numbers) : fullAs(fractions, size);
  const last = lax.maximum(lax.subtract(count, fullAs(count, 1)), fullAs(count, 0));
  const values = readAt(sorted, lax.multiply(fractions, last), method);
  const isVoid = ignoresNan ? lax.compare('equal', numbers, fullAs(numbers, 0)) : reduceAxes('or', isNan, { axis: rows.length });
  return arrange(lax.select(perRow(isVoid), fullAs(values, Number.NaN), values), x, q, options);
}

const quantileOp = (name: string, scale: number, ignoresNan: boolean) =>
  defineOp(name, ['x', 'q'], (x: TensorLike, q: TensorLike, options: QuantileOptions = {}): Tensor => {
    const fraction = lax.cast(toTensor(q), 'float64');
    return quantiles(toFloat(x), lax.divide(fraction, fullAs(fraction, scale)), options, ignoresNan);
  });

/** The elements below which a share `q` (0 to 1) of the others lies. Several shares come as a first axis. */
export const quantile = quantileOp('quantile', 1, false);
/** As `quantile`, with shares in percent. */
export const percentile = quantileOp('percentile', 100, false);
/** As `quantile`, leaving NaN out. */
export const nanquantile = quantileOp('nanquantile', 1, true);
/** As `percentile`, leaving NaN out. */
export const nanpercentile = quantileOp('nanpercentile', 100, true);

const HALF = (): Tensor => lax.reshape(constantOf([0.5], 'float64'), []);
/** The middle element, or the mean of the two in the middle. */
export const median = defineOp(
  'median',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => quantiles(toFloat(x), HALF(), options, false),
);
/** As `median`, leaving NaN out. */
export const nanmedian = defineOp(
  'nanmedian',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => (hasNoAxes(options) ? toFloat(x) : quantiles(toFloat(x), HALF(), options, true)),
);
