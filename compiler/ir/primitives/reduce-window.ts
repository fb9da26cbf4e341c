// reduce_window: combines the elements under a window that slides over all axes; padding counts as the neutral element.
import type { TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { NDArray } from '../ndarray.ts';
import { accumulatorArray, type NumberArray, readElements, toNDArray } from '../reference/elements.ts';
import { type Monoid, monoid } from '../reference/monoids.ts';
import { forEachWindow, type WindowAxis, windowCount } from '../reference/window-taps.ts';
import { elementCount, type Shape, stridesOf } from '../shape.ts';
import type { GradientContext } from './gradient.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireIntegers, requirePerAxis, typeError } from './type-rules.ts';

type Params = PrimitiveParams['reduce_window'];

export const reduceWindow: Primitive<'reduce_window'> = {
  name: 'reduce_window',
  infer(inputs, params) {
    const [x] = operands('reduce_window', inputs, 1);
    if (x.dtype === 'bool') throw typeError('reduce_window', 'expected a numeric operand (cast it first).', inputs);
    for (const name of ['window', 'strides', 'padding', 'dilation'] as const)
      requirePerAxis('reduce_window', name, params[name], x.shape.length);
    for (const name of ['window', 'strides', 'dilation'] as const) requireIntegers('reduce_window', name, params[name], 1);
    requireIntegers('reduce_window', 'padding', params.padding.flat());
    return [{ dtype: x.dtype, shape: windowAxes(x.shape, params).map(windowCount) }];
  },
  evaluate(inputs, params, outputs) {
    const [x] = operands<NDArray>('reduce_window', inputs, 1);
    return [reduceWindows(x, params, outputs[0] as TensorType)];
  },
  cost(inputs, { window }, outputs) {
    return { flops: elementCount(window) * countElements(outputs), bytes: countBytes(inputs) + countBytes(outputs) };
  },
  gradient: (context) => [context.params.kind === 'sum' ? spreadSums(context) : spreadByTaps(context)],
  batchAxes([axis = null], _inputs, params) {
    if (axis === null) return [null];
    return isUntouched(params, axis) ? [axis] : undefined;
  },
};

const isUntouched = ({ window, strides, padding }: Params, axis: number): boolean =>
  window[axis] === 1 && strides[axis] === 1 && padding[axis]?.[0] === 0 && padding[axis]?.[1] === 0;

const windowAxes = (shape: Shape, { window, strides, padding, dilation }: Params): WindowAxis[] =>
  shape.map((inputSize, axis) => ({
    inputSize,
    window: window[axis] as number,
    stride: strides[axis] as number,
    padding: padding[axis] as readonly [number, number],
    inputDilation: 1,
    windowDilation: dilation[axis] as number,
  }));

function reduceWindows(x: NDArray, params: Params, type: TensorType): NDArray {
  const operation = monoid(params.kind, x.dtype);
  const source = readElements(x) as NumberArray;
  const result = accumulatorArray(type) as NumberArray;
  result.fill(operation.neutral as never);
  // Channels that no window crosses are combined as rows.
  const last = x.shape.length - 1;
  const hasRows = last >= 0 && isUntouched(params, last);
  const row = hasRows ? (x.shape[last] as number) : 1;
  const axes = windowAxes(x.shape, params).slice(0, hasRows ? last : last + 1);
  const combineRow = type.dtype.includes('float') && params.kind === 'max' ? maxRow : combineAnyRow;
  forEachWindow(axes, (position, count, offsets) => {
    for (let tap = 0; tap < count; tap++) combineRow(result, position * row, source, (offsets[tap] as number) * row, row, operation);
  });
  return toNDArray(type, result);
}

type CombineRow = (result: NumberArray, write: number, source: NumberArray, read: number, length: number, operation: Monoid) => void;

const maxRow: CombineRow = (result, write, source, read, length) => {
  for (let index = 0; index < length; index++) {
    const x = source[read + index] as number;
    if (x > (result[write + index] as number) || x !== x) result[write + index] = x;
  }
};

const combineAnyRow: CombineRow = (result, write, source, read, length, { combine }) => {
  for (let index = 0; index < length; index++)
    result[write + index] = combine(result[write + index] as number, source[read + index] as number);
};

type Context<T extends TensorType> = GradientContext<'reduce_window', T>;

/** Do the windows lie side by side, so that each element is in at most one? */
const areDisjoint = ({ window, strides, dilation }: Params): boolean =>
  window.every((size, axis) => size <= (strides[axis] as number) && (size === 1 || dilation[axis] === 1));

/** Each element gets the sum of the cotangents of the windows it lies in. */
function spreadSums<T extends TensorType>({ lax, params, inputs, cotangents }: Context<T>): T {
  const [x] = inputs as readonly [T];
  const cotangent = cotangents[0] as T;
  if (areDisjoint(params)) return spreadOverWindows(lax, x, params, (shape, axes) => lax.broadcast(cotangent, shape, axes));
  const extent = params.window.map((size, axis) => (size - 1) * (params.dilation[axis] as number));
  const low = extent.map((size, axis) => size - (params.padding[axis]?.[0] as number));
  const spread = cotangent.shape.map((size, axis) => (size - 1) * (params.strides[axis] as number) + 1);
  const high = x.shape.map((size, axis) => size + (extent[axis] as number) - (spread[axis] as number) - (low[axis] as number));
  const zero = lax.scalar(0, x.dtype);
  const padded = lax.pad(
    cotangent,
    zero,
    low,
    high,
    params.strides.map((stride) => stride - 1),
  );
  const ones = params.strides.map(() => 1);
  return lax.reduce_window(padded, { ...params, strides: ones, padding: ones.map(() => [0, 0] as const) });
}

/** Puts [window, offset in it] values, made for the shape [...count, stride] per axis, where the elements of `x` are. */
function spreadOverWindows<T extends TensorType>(
  lax: Lax<T>,
  x: T,
  { strides, window, padding, dilation }: Params,
  make: (shape: Shape, axes: readonly number[]) => T,
): T {
  const counts = windowAxes(x.shape, { kind: 'sum', strides, window, padding, dilation }).map(windowCount);
  const shape = counts.flatMap((count, axis) => [count, window[axis] as number]);
  const axes = counts.map((_, axis) => 2 * axis);
  const zero = lax.scalar(0, x.dtype);
  const gaps = strides.flatMap((stride, axis) => [0, stride - (window[axis] as number)]);
  const spaced = lax.pad(
    make(shape, axes),
    zero,
    gaps.map(() => 0),
    gaps,
  );
  const merged = lax.reshape(
    spaced,
    counts.map((count, axis) => count * (strides[axis] as number)),
  );
  const low = padding.map(([before]) => -before);
  const high = x.shape.map((size, axis) => size - (low[axis] as number) - (merged.shape[axis] as number));
  return lax.pad(merged, zero, low, high);
}

/** One element of each window: its place in all windows, as a slice of the padded operand. */
interface Tap<T> {
  readonly offset: readonly number[];
  readonly values: T;
}

function tapsOf<T extends TensorType>(lax: Lax<T>, x: T, counts: Shape, params: Params): Tap<T>[] {
  const { window, strides, dilation, padding, kind } = params;
  const neutral = monoid(kind, x.dtype).neutral as number;
  const padded = lax.pad(
    x,
    lax.scalar(neutral, x.dtype),
    padding.map(([before]) => before),
    padding.map(([, after]) => after),
  );
  const offsets = window.reduce<number[][]>(
    (rest, size) => rest.flatMap((offset) => Array.from({ length: size }, (_, tap) => [...offset, tap])),
    [[]],
  );
  return offsets.map((tap) => {
    const offset = tap.map((index, axis) => index * (dilation[axis] as number));
    const limit = offset.map((start, axis) => start + ((counts[axis] as number) - 1) * (strides[axis] as number) + 1);
    return { offset, values: lax.slice(padded, offset, limit, strides) };
  });
}

/** Extremes: the first of equal ones gets all, as in Keras on TensorFlow. Products: each element times all others of its window. */
function spreadByTaps<T extends TensorType>({ lax, params, inputs, outputs, cotangents }: Context<T>): T {
  const [x] = inputs as readonly [T];
  const [result] = outputs as readonly [T];
  const cotangent = cotangents[0] as T;
  const taps = tapsOf(lax, x, result.shape, params);
  if (params.kind === 'product') {
    const others = (index: number): T =>
      taps.reduce((product, tap, other) => (other === index ? product : lax.multiply(product, tap.values)), cotangent);
    return taps.map(({ offset }, index) => atElements(lax, x, params, offset, others(index), 0)).reduce((sum, part) => lax.add(sum, part));
  }
  const number = (index: number): T => lax.full(result.shape, index, 'int32');
  // Which tap gave the result; the comparisons are made from the last to the first.
  const chosen = taps.reduceRight(
    (rest, { values }, index) => lax.select(lax.compare('equal', values, result), number(index), rest),
    number(taps.length),
  );
  if (areDisjoint(params)) {
    return spreadOverWindows(lax, x, params, (shape, axes) => {
      const isChosen = lax.compare('equal', lax.broadcast(chosen, shape, axes), tapNumbers(lax, shape, params.window));
      return lax.select(isChosen, lax.broadcast(cotangent, shape, axes), lax.full(shape, 0, x.dtype));
    });
  }
  // Choosing where the elements lie, not where the windows do: then all taps are one computation for each element.
  const parts = taps.map(({ offset }, index) => {
    const where = atElements(lax, x, params, offset, chosen, taps.length);
    const isChosen = lax.compare('equal', where, lax.full(x.shape, index, 'int32'));
    return lax.select(isChosen, atElements(lax, x, params, offset, cotangent, 0), lax.fullLike(x, 0));
  });
  return parts.reduce((sum, part) => lax.add(sum, part));
}

/** The number of the tap at each place of [...count, window]. */
function tapNumbers<T extends TensorType>(lax: Lax<T>, shape: Shape, window: Shape): T {
  const weights = stridesOf(window);
  const terms = window.flatMap((size, axis) => {
    if (size === 1) return [];
    const position = lax.iota('int32', [size], 0);
    return [lax.broadcast(lax.multiply(position, lax.full([size], weights[axis] as number, 'int32')), shape, [2 * axis + 1])];
  });
  return terms.length === 0 ? lax.full(shape, 0, 'int32') : terms.reduce((sum, term) => lax.add(sum, term));
}

/** Moves values of windows to the elements that a tap with this offset lies on; `fill` to all others. */
function atElements<T extends TensorType>(
  lax: Lax<T>,
  x: T,
  { strides, padding }: Params,
  offset: readonly number[],
  values: T,
  fill: number,
): T {
  const low = offset.map((start, axis) => start - (padding[axis]?.[0] as number));
  const high = x.shape.map((size, axis) => {
    const extent = ((values.shape[axis] as number) - 1) * (strides[axis] as number) + 1;
    return size - extent - (low[axis] as number);
  });
  const interior = strides.map((stride) => stride - 1);
  return lax.pad(values, lax.scalar(fill, values.dtype), low, high, interior);
}
