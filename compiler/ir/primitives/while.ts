// while: repeats a body on the carried values as long as a condition on them holds.
import { UnsupportedError } from '../../errors/index.ts';
import type { NDArray } from '../ndarray.ts';
import { requireBodyTypes } from './body-types.ts';
import type { Primitive } from './primitive.ts';

export const whileLoop: Primitive<'while'> = {
  name: 'while',
  infer(inputs, { condition, body }) {
    requireBodyTypes('while', condition, inputs, [{ dtype: 'bool', shape: [] }]);
    requireBodyTypes('while', body, inputs, inputs);
    return inputs.map(({ dtype, shape }) => ({ dtype, shape }));
  },
  evaluate(inputs, { condition, body }, _outputs, evaluateGraph) {
    let carry = inputs;
    const holds = (): boolean => Boolean((evaluateGraph(condition, carry)[0] as NDArray).data[0]);
    while (holds()) carry = evaluateGraph(body, carry);
    return carry;
  },
  // The number of rounds is not known: the cost of one stands for all.
  cost(_inputs, { condition, body }, _outputs, graphCost) {
    const test = graphCost(condition);
    const step = graphCost(body);
    return { flops: test.flops + step.flops, bytes: test.bytes + step.bytes };
  },
  gradient() {
    throw new UnsupportedError('The number of rounds of a loop is not known, so that it has no gradient.', {
      code: 'gradient-while',
      where: 'while_loop',
      cure: 'Say how many rounds there are at most: ops.whileLoop(..., { maximumIterations: 10 }), or use ops.foriLoop or ops.scan.',
    });
  },
};
