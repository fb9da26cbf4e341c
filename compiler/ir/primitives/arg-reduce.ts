// arg_reduce: the index of the first largest or smallest element along an axis; NaN counts as extreme.
import { type DType, is64BitInteger, isInteger } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, type WideArray } from '../reference/elements.ts';
import { permute } from '../reference/permute.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireAxes, typeError } from './type-rules.ts';

export const argReduce: Primitive<'arg_reduce'> = {
  name: 'arg_reduce',
  infer(inputs, { axis, dtype }) {
    const [x] = operands('arg_reduce', inputs, 1);
    requireAxes('arg_reduce', 'axis', [axis], x.shape.length);
    if (!isInteger(dtype)) throw typeError('arg_reduce', `expected an integer dtype for the indices, received ${dtype}.`);
    if (x.shape[axis] === 0) throw typeError('arg_reduce', `axis ${axis} has no elements.`, inputs);
    return [{ dtype, shape: x.shape.filter((_, other) => other !== axis) }];
  },
  evaluate(inputs, { kind, axis, dtype }, outputs) {
    const [x] = operands<NDArray>('arg_reduce', inputs, 1);
    const type = outputs[0] as TensorType;
    const others = x.shape.map((_, other) => other).filter((other) => other !== axis);
    const source = readElements(permute(x, [...others, axis])) as NumberArray;
    const result = resultArray(type);
    const size = x.shape[axis] as number;
    for (let run = 0; run < result.length; run++) store(result, run, firstExtreme(source, run * size, size, kind === 'max'), dtype);
    return [{ ...type, data: result }];
  },
  cost: (inputs, _params, outputs) => ({ flops: countElements(inputs), bytes: countBytes(inputs) + countBytes(outputs) }),
  gradient: 'none',
  batchAxes([axis = null], _inputs, params) {
    if (axis === null) return [null];
    return axis === params.axis ? undefined : [axis > params.axis ? axis - 1 : axis];
  },
};

function firstExtreme(source: NumberArray, start: number, size: number, wantsLargest: boolean): number {
  let best = 0;
  for (let index = 0; index < size; index++) {
    const x = source[start + index] as number;
    const y = source[start + best] as number;
    if (x !== x) return index;
    if (wantsLargest ? x > y : x < y) best = index;
  }
  return best;
}

function store(result: NDArray['data'], index: number, value: number, dtype: DType): void {
  if (is64BitInteger(dtype)) (result as WideArray)[index] = BigInt(value);
  else (result as NumberArray)[index] = value;
}
