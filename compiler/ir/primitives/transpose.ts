// transpose: permutes axes; result axis k is operand axis `permutation[k]`.
import type { NDArray } from '../ndarray.ts';
import { permute } from '../reference/permute.ts';
import type { Primitive } from './primitive.ts';
import { movementCost } from './traffic.ts';
import { operands, requireAxes, requirePerAxis } from './type-rules.ts';

export const transpose: Primitive<'transpose'> = {
  name: 'transpose',
  infer(inputs, { permutation }) {
    const [x] = operands('transpose', inputs, 1);
    requirePerAxis('transpose', 'permutation', permutation, x.shape.length);
    requireAxes('transpose', 'permutation', permutation, x.shape.length);
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis] as number) }];
  },
  evaluate(inputs, { permutation }) {
    const [x] = operands<NDArray>('transpose', inputs, 1);
    return [permute(x, permutation)];
  },
  cost: (inputs, _params, outputs) => movementCost(inputs, outputs),
  gradient({ lax, params: { permutation }, cotangents: [cotangent] }) {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [cotangent ? lax.transpose(cotangent, inverse) : null];
  },
  batchAxes: ([axis], _inputs, { permutation }) => [axis === null || axis === undefined ? null : permutation.indexOf(axis)],
};
