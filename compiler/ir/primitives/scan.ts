// scan: runs a body `length` times; it gets constants, carried values and one row of each xs, and gives the next
// carried values and one row of each ys.
import { allocate } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { elementCount } from '../shape.ts';
import { requireBodyTypes } from './body-types.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { differentiateScan } from './scan-gradient.ts';
import { requireDimensions, typeError } from './type-rules.ts';

type Params = PrimitiveParams['scan'];

export const scan: Primitive<'scan'> = {
  name: 'scan',
  infer(inputs, params) {
    const { body, length } = params;
    requireDimensions('scan', 'length, constants and carries', [length, params.constants, params.carries]);
    const first = params.constants + params.carries;
    if (inputs.length < first)
      throw typeError('scan', `expected ${params.constants} constants and ${params.carries} carried values.`, inputs);
    const carries = inputs.slice(params.constants, first).map(({ dtype, shape }) => ({ dtype, shape }));
    const xs = inputs.slice(first);
    if (xs.some(({ shape }) => shape[0] !== length)) throw typeError('scan', `expected xs of length ${length} along axis 0.`, xs);
    const ys = body.outputs.slice(params.carries).map((value) => value.type);
    requireBodyTypes('scan', body, [...inputs.slice(0, first), ...xs.map(rowType)], [...carries, ...ys]);
    return [...carries, ...ys.map(({ dtype, shape }) => ({ dtype, shape: [length, ...shape] }))];
  },
  evaluate(inputs, params, outputs, evaluateGraph) {
    const { body, length, reverse, constants, carries } = params;
    const fixed = inputs.slice(0, constants);
    const xs = inputs.slice(constants + carries);
    const ys = outputs.slice(carries).map(({ dtype, shape }) => ({ dtype, shape, data: allocate(dtype, elementCount(shape)) }));
    let carry = inputs.slice(constants, constants + carries);
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const results = evaluateGraph(body, [...fixed, ...carry, ...xs.map((x) => row(x, at))]);
      carry = results.slice(0, carries);
      ys.forEach((y, index) => {
        const { data } = results[carries + index] as NDArray;
        y.data.set(data as never, at * data.length);
      });
    }
    return [...carry, ...ys];
  },
  cost(_inputs, { body, length }: Params, _outputs, graphCost) {
    const { flops, bytes } = graphCost(body);
    return { flops: flops * length, bytes: bytes * length };
  },
  gradient: differentiateScan,
};

const rowType = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.slice(1) });

/** A view of row `index` along axis 0. */
function row(x: NDArray, index: number): NDArray {
  const shape = x.shape.slice(1);
  const size = elementCount(shape);
  return { dtype: x.dtype, shape, data: x.data.subarray(index * size, (index + 1) * size) as NDArray['data'] };
}
