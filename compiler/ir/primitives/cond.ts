// cond: runs the branch that an index picks; the index is clamped to the branches there are.
import type { NDArray } from '../ndarray.ts';
import { requireBodyTypes } from './body-types.ts';
import type { Primitive } from './primitive.ts';
import { typeError } from './type-rules.ts';

export const cond: Primitive<'cond'> = {
  name: 'cond',
  infer(inputs, { branches }) {
    const [index, ...rest] = inputs;
    if (index?.dtype !== 'int32' || index.shape.length > 0) throw typeError('cond', 'expected an int32 scalar index.', inputs.slice(0, 1));
    const [first] = branches;
    if (!first) throw typeError('cond', 'expected at least one branch.');
    const results = first.outputs.map((value) => value.type);
    for (const branch of branches) requireBodyTypes('cond', branch, rest, results);
    return results;
  },
  evaluate(inputs, { branches }, _outputs, evaluateGraph) {
    const [index, ...rest] = inputs as readonly [NDArray, ...NDArray[]];
    const picked = Math.max(0, Math.min(Number(index.data[0]), branches.length - 1));
    return evaluateGraph(branches[picked] as (typeof branches)[number], rest);
  },
  cost(_inputs, { branches }, _outputs, graphCost) {
    const costs = branches.map(graphCost);
    return { flops: Math.max(...costs.map(({ flops }) => flops)), bytes: Math.max(...costs.map(({ bytes }) => bytes)) };
  },
  gradient: 'none', // pending
};
