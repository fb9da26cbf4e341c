// cond: runs the branch that an index picks; the index is clamped to the branches there are.
import { isFloat } from '../dtype.ts';
import type { Graph, TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { requireBodyTypes } from './body-types.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
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
  gradient: differentiate,
};

/** A cond of the branches' gradients, each of which computes again what its branch did. */
function differentiate<T extends TensorType>({
  lax,
  inputs,
  params,
  cotangents,
  needed,
  graphs,
}: GradientContext<'cond', T>): Cotangent<T>[] {
  const [index, ...operands] = inputs as readonly [T, ...T[]];
  const given = cotangents.filter((cotangent) => cotangent !== null);
  const targets = operands.flatMap(({ dtype }, operand) => (needed[operand + 1] && isFloat(dtype) ? [operand] : []));
  const connected = new Set<number>();
  const captured: T[] = [];
  const trace = (branch: Graph): Graph => {
    const traced = graphs.trace(`${branch.name}_gradient`, [...operands, ...given], (tensors) => {
      const own = tensors.slice(0, operands.length);
      const results = graphs.instantiate(branch, own);
      const back = tensors.slice(operands.length);
      const found = graphs.pullBack(
        results,
        cotangents.map((cotangent) => (cotangent ? (back[given.indexOf(cotangent)] as T) : null)),
        targets.map((target) => own[target] as T),
      );
      targets.forEach((target, position) => {
        if (found[position]) connected.add(target);
      });
      return targets.map((target, position) => found[position] ?? lax.fullLike(own[target] as T, 0));
    });
    captured.push(...traced.captured);
    return traced.graph;
  };
  const branches = params.branches.map(trace);
  if (captured.length > 0) throw typeError('cond', 'a gradient rule reads a tensor from outside its branch.');
  const results = connected.size > 0 ? lax.cond(index, branches, [...operands, ...given]) : [];
  return [null, ...operands.map((_, operand) => (connected.has(operand) ? (results[targets.indexOf(operand)] ?? null) : null))];
}
