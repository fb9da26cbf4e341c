// reduce: combines all elements along some axes, which the result lacks. Floats are accumulated in double.
import type { TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray } from '../reference/elements.ts';
import { type Monoid, monoid } from '../reference/monoids.ts';
import { permute } from '../reference/permute.ts';
import { elementCount } from '../shape.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
import type { ReduceKind } from './params.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireAxes, typeError } from './type-rules.ts';

export const reduce: Primitive<'reduce'> = {
  name: 'reduce',
  infer(inputs, { kind, axes }) {
    const [x] = operands('reduce', inputs, 1);
    requireAxes('reduce', 'axes', axes, x.shape.length);
    requireReducible(kind, x);
    return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
  },
  evaluate(inputs, { kind, axes }, outputs) {
    const [x] = operands<NDArray>('reduce', inputs, 1);
    const type = outputs[0] as TensorType;
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    // With the reduced axes last, every result is made of one run of neighbours.
    const source = readElements(permute(x, [...kept, ...axes])) as NumberArray;
    const result = resultArray(type) as NumberArray;
    const isFloatSum = kind === 'sum' && type.dtype.includes('float');
    if (isFloatSum) sumRuns(source, result);
    else combineRuns(source, result, monoid(kind, x.dtype));
    return [toNDArray(type, result)];
  },
  cost: (inputs, _params, outputs) => ({ flops: countElements(inputs), bytes: countBytes(inputs) + countBytes(outputs) }),
  gradient: differentiate,
  batchAxes([axis = null], _inputs, { axes }) {
    if (axis === null) return [null];
    return axes.includes(axis) ? undefined : [axis - axes.filter((reduced) => reduced < axis).length];
  },
};

function requireReducible(kind: ReduceKind, x: TensorType): void {
  const takesBool = kind === 'and' || kind === 'or';
  const isOrdered = kind === 'max' || kind === 'min';
  if (!isOrdered && takesBool !== (x.dtype === 'bool')) {
    throw typeError('reduce', `${kind} takes ${takesBool ? 'bool' : 'numbers'} (cast the operand first).`, [x]);
  }
}

function sumRuns(source: NumberArray, result: NumberArray): void {
  const run = source.length / result.length;
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    for (let at = index * run; at < (index + 1) * run; at++) sum += source[at] as number;
    result[index] = sum;
  }
}

function combineRuns(source: NumberArray, result: NumberArray, { neutral, combine }: Monoid): void {
  const run = source.length / result.length;
  for (let index = 0; index < result.length; index++) {
    let value = neutral;
    for (let at = index * run; at < (index + 1) * run; at++) value = combine(value, source[at] as number);
    result[index] = value;
  }
}

function differentiate<T extends TensorType>({ lax, inputs, outputs, params, cotangents }: GradientContext<'reduce', T>): Cotangent<T>[] {
  const [x] = inputs as readonly [T];
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !params.axes.includes(axis));
  const spread = (tensor: T): T => lax.broadcast(tensor, x.shape, kept);
  const cotangent = cotangents[0] as T;
  switch (params.kind) {
    case 'sum':
      return [spread(cotangent)];
    case 'max':
    case 'min': {
      // Equal extremes share it, as in Keras on TensorFlow.
      const isExtreme = lax.compare('equal', x, spread(outputs[0] as T));
      const count = lax.reduce('sum', lax.cast(isExtreme, x.dtype), params.axes);
      return [lax.select(isExtreme, spread(lax.divide(cotangent, count)), lax.fullLike(x, 0))];
    }
    case 'product':
      return [lax.multiply(spread(cotangent), productOfOthers(lax, x, params.axes))];
    default:
      return [null];
  }
}

/** For each element the product of all others along `axes`: of those before it and those after it, so that zeros are no matter. */
function productOfOthers<T extends TensorType>(lax: Lax<T>, x: T, axes: readonly number[]): T {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const outer = kept.map((axis) => x.shape[axis] as number);
  const moved = lax.transpose(x, order);
  const rows = lax.reshape(moved, [...outer, elementCount(axes.map((axis) => x.shape[axis] as number))]);
  const last = outer.length;
  const shift = (amount: number): number[] => rows.shape.map((_, axis) => (axis === last ? amount : 0));
  const one = lax.scalar(1, x.dtype);
  const before = lax.cumulative(lax.pad(rows, one, shift(1), shift(-1)), { kind: 'product', axis: last, reverse: false });
  const after = lax.cumulative(lax.pad(rows, one, shift(-1), shift(1)), { kind: 'product', axis: last, reverse: true });
  const others = lax.reshape(lax.multiply(before, after), moved.shape);
  return lax.transpose(
    others,
    order.map((_, axis) => order.indexOf(axis)),
  );
}
