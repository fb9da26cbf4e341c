// custom_gradient: some of its operands as they are, with a gradient that a graph of its own computes. It takes part in no program:
// canonicalization drops it.
import { isFloat } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { requireIntegers, sameType, typeError } from './type-rules.ts';

type Params = PrimitiveParams['custom_gradient'];

export const customGradient: Primitive<'custom_gradient'> = {
  name: 'custom_gradient',
  infer(inputs, params) {
    const { operands, results, connected, backward } = params;
    requireIntegers('custom_gradient', 'operands, results and connected', [operands, results, ...connected], 0);
    if (inputs.length < operands + results) throw typeError('custom_gradient', `expected ${operands + results} operands or more.`, inputs);
    const types = resultsOf(params, inputs).map(({ dtype, shape }) => ({ dtype, shape }));
    const given = [
      ...inputs.slice(0, operands + results),
      ...types.filter(({ dtype }) => isFloat(dtype)),
      ...inputs.slice(operands + results),
    ];
    const fits = (expected: readonly TensorType[], found: readonly { readonly type: TensorType }[]): boolean =>
      expected.length === found.length && found.every(({ type }, index) => sameType(type, expected[index] as TensorType));
    const targets = connected.map((operand) => inputs[operand] as TensorType);
    if (!fits(given, backward.inputs) || !fits(targets, backward.outputs) || connected.some((operand) => operand >= operands)) {
      throw typeError('custom_gradient', `the graph ${JSON.stringify(backward.name)} does not fit the operands.`, inputs);
    }
    return types;
  },
  evaluate: (inputs, params) => resultsOf(params, inputs),
  cost: () => ({ flops: 0, bytes: 0 }),
  gradient({ lax, inputs, outputs, params, cotangents, graphs }) {
    const own = params.operands + params.results;
    const given = outputs.flatMap((output, index) => (isFloat(output.dtype) ? [cotangents[index] ?? lax.fullLike(output, 0)] : []));
    const found = graphs.instantiate(params.backward, [...inputs.slice(0, own), ...given, ...inputs.slice(own)]);
    return inputs.map((_, operand) => found[params.connected.indexOf(operand)] ?? null);
  },
  batchAxes: (axes, _inputs, params) => resultsOf(params, axes),
};

const resultsOf = <T>({ operands, results }: Params, inputs: readonly T[]): readonly T[] => inputs.slice(operands, operands + results);
