// reduce_window: combines the elements under a window that slides over all axes; padding counts as the neutral element.
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { accumulatorArray, type NumberArray, readElements, toNDArray } from '../reference/elements.ts';
import { type Monoid, monoid } from '../reference/monoids.ts';
import { forEachWindow, type WindowAxis, windowCount } from '../reference/window-taps.ts';
import { elementCount, type Shape } from '../shape.ts';
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
