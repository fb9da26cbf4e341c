// constant: a value known when the program is built.
import { elementCount } from '../shape.ts';
import type { Primitive } from './primitive.ts';
import { typeError } from './type-rules.ts';

export const constant: Primitive<'constant'> = {
  name: 'constant',
  infer(inputs, { value }) {
    if (inputs.length > 0) throw typeError('constant', 'expected no operands.', inputs);
    const { dtype, shape, data } = value;
    if (data.length !== elementCount(shape)) {
      throw typeError('constant', `expected ${elementCount(shape)} elements for shape [${shape.join(', ')}], received ${data.length}.`);
    }
    return [{ dtype, shape }];
  },
  evaluate: (_inputs, { value }) => [value],
  cost: () => ({ flops: 0, bytes: 0 }),
  gradient: 'none',
  batchAxes: () => [null],
};
