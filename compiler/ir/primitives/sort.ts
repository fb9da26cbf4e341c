// sort: puts all operands into the ascending order of the first `keys` of them along an axis; stable, NaN last.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements } from '../reference/elements.ts';
import { elementCount, sameShape, stridesOf } from '../shape.ts';
import { commonBatchAxis } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { requireAxes, requireIntegers, typeError } from './type-rules.ts';

export const sort: Primitive<'sort'> = {
  name: 'sort',
  infer(inputs, { axis, keys }) {
    const [first] = inputs;
    if (!first || !inputs.every((type) => sameShape(type.shape, first.shape)))
      throw typeError('sort', 'expected operands of one shape.', inputs);
    requireAxes('sort', 'axis', [axis], first.shape.length);
    requireIntegers('sort', 'keys', [keys], 1);
    if (keys > inputs.length) throw typeError('sort', `${keys} keys are more than the ${inputs.length} operands.`);
    return inputs.map(({ dtype, shape }) => ({ dtype, shape }));
  },
  evaluate(inputs, { axis, keys }) {
    const [{ shape }] = inputs as readonly [NDArray];
    const columns = inputs.slice(0, keys).map((x) => readElements(x) as NumberArray);
    const results = inputs.map((x) => allocate(x.dtype, x.data.length) as NumberArray);
    const size = shape[axis] as number;
    const stride = stridesOf(shape)[axis] as number;
    const total = elementCount(shape);
    for (let outer = 0; outer < total; outer += size * stride) {
      for (let inner = outer; inner < outer + stride; inner++) {
        const order = Array.from({ length: size }, (_, index) => inner + index * stride).sort((a, b) => compareKeys(columns, a, b));
        results.forEach((result, operand) => {
          const source = inputs[operand]?.data as NumberArray;
          order.forEach((from, index) => {
            result[inner + index * stride] = source[from] as number;
          });
        });
      }
    }
    return inputs.map(({ dtype }, index) => ({ dtype, shape, data: results[index] as NumberArray }));
  },
  cost(inputs, { axis }, outputs) {
    const size = inputs[0]?.shape[axis] ?? 1;
    const comparisons = countElements(inputs.slice(0, 1)) * Math.ceil(Math.log2(Math.max(size, 2)));
    return { flops: comparisons, bytes: countBytes(inputs) + countBytes(outputs) };
  },
  gradient({ lax, inputs, params: { axis, keys }, cotangents, graphs }) {
    const [first] = inputs;
    if (!first) return [];
    // The places go along; sorting by them brings the cotangents back.
    const places = lax.iota('int32', first.shape, axis);
    const [order] = graphs.replace('sort', { axis, keys }, [...inputs, places]);
    const float = cotangents.filter((cotangent) => cotangent !== null);
    const [, ...sorted] = order ? lax.sort([order, ...float], axis) : [];
    return cotangents.map((cotangent) => (cotangent ? (sorted[float.indexOf(cotangent)] ?? null) : null));
  },
  batchAxes(axes, _inputs, { axis }) {
    const common = commonBatchAxis(axes);
    return common === undefined || common === axis ? undefined : axes.map(() => common);
  },
};

function compareKeys(columns: readonly NumberArray[], a: number, b: number): number {
  for (const column of columns) {
    const order = ascending(column[a] as number, column[b] as number);
    if (order !== 0) return order;
  }
  return 0;
}

/** Order of two numbers or bigints, NaN after all. */
export function ascending(x: number, y: number): number {
  if (x < y) return -1;
  if (x > y) return 1;
  return Number(x !== x) - Number(y !== y);
}
