// reshape: the same elements in row-major order under another shape.
import type { NDArray } from '../ndarray.ts';
import { elementCount } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { operands, requireDimensions, typeError } from './type-rules.ts';

export const reshape: Primitive<'reshape'> = {
  name: 'reshape',
  infer(inputs, { shape }) {
    const [x] = operands('reshape', inputs, 1);
    requireDimensions('reshape', 'shape', shape);
    if (elementCount(shape) !== elementCount(x.shape)) {
      throw typeError(
        'reshape',
        `[${shape.join(', ')}] has ${elementCount(shape)} elements, the operand ${elementCount(x.shape)}.`,
        inputs,
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
  evaluate(inputs, { shape }) {
    const [{ dtype, data }] = operands<NDArray>('reshape', inputs, 1);
    return [{ dtype, shape, data }];
  },
  cost: () => ({ flops: 0, bytes: 0 }),
  gradient: ({ lax, inputs: [x], cotangents: [cotangent] }) => [x && cotangent ? lax.reshape(cotangent, x.shape) : null],
  batchAxes([axis], [x], { shape }) {
    if (axis === null || axis === undefined) return [null];
    const from = x?.shape ?? [];
    // The axis survives where as many elements lie before it as did, and it has its size.
    const before = elementCount(from.slice(0, axis));
    const target = shape.findIndex((size, index) => size === from[axis] && elementCount(shape.slice(0, index)) === before);
    return target < 0 || elementCount(shape) === 0 ? undefined : [target];
  },
};
