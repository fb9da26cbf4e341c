// top_k: the k largest elements along the last axis and their indices, largest first; NaN counts as largest.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements } from '../reference/elements.ts';
import type { Primitive } from './primitive.ts';
import { ascending } from './sort.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireIntegers, typeError } from './type-rules.ts';

export const topK: Primitive<'top_k'> = {
  name: 'top_k',
  infer(inputs, { k }) {
    const [x] = operands('top_k', inputs, 1);
    requireIntegers('top_k', 'k', [k], 0);
    const last = x.shape.length - 1;
    if (last < 0 || k > (x.shape[last] as number)) throw typeError('top_k', `expected at least ${k} elements along the last axis.`, inputs);
    const shape = x.shape.with(last, k);
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int32', shape },
    ];
  },
  evaluate(inputs, { k }) {
    const [x] = operands<NDArray>('top_k', inputs, 1);
    const size = x.shape.at(-1) as number;
    const shape = x.shape.with(-1, k);
    const rows = size === 0 ? 0 : x.data.length / size;
    const source = readElements(x) as NumberArray;
    const values = allocate(x.dtype, rows * k) as NumberArray;
    const indices = new Int32Array(rows * k);
    for (let row = 0; row < rows; row++) {
      const start = row * size;
      const order = Array.from({ length: size }, (_, index) => index);
      order.sort((a, b) => ascending(source[start + b] as number, source[start + a] as number));
      for (let rank = 0; rank < k; rank++) {
        indices[row * k + rank] = order[rank] as number;
        values[row * k + rank] = x.data[start + (order[rank] as number)] as number;
      }
    }
    return [
      { dtype: x.dtype, shape, data: values },
      { dtype: 'int32', shape, data: indices },
    ];
  },
  cost: (inputs, _params, outputs) => ({ flops: countElements(inputs), bytes: countBytes(inputs) + countBytes(outputs) }),
  gradient({ lax, inputs: [x], outputs: [, indices], cotangents: [cotangent] }) {
    if (!x || !indices || !cotangent) return [];
    const last = x.shape.length - 1;
    const outer = x.shape.slice(0, last).map((_, axis) => axis);
    return [
      lax.scatter(lax.fullLike(x, 0), lax.reshape(indices, [...indices.shape, 1]), cotangent, {
        kind: 'add',
        offsetAxes: [],
        collapsedAxes: [last],
        operandBatchAxes: outer,
        indicesBatchAxes: outer,
        startIndexMap: [last],
      }),
    ];
  },
  batchAxes: ([axis = null], [x]) => (axis !== null && axis === (x?.shape.length ?? 0) - 1 ? undefined : [axis, axis]),
};
