// Rematerialization: the gradient of a function computes again what the function did, instead of keeping it until then.
import { currentTrace, withTrace } from '../trace/context.ts';
import { extract } from '../trace/extract.ts';
import { lax } from '../trace/lax.ts';
import { Tensor } from '../trace/tensor.ts';
import { attachGradient } from './attach-gradient.ts';
import { instantiate } from './nested-graphs.ts';
import { pullBack } from './pull-back.ts';

/**
 * As Keras's `remat`: the same function, of which a training step keeps the arguments and the results alone. Takes less memory and
 * more time.
 *
 * @param fn of tensors (other arguments are handed on); gives a tensor or a list of tensors
 * @example const block = remat((x) => layers.dense2(layers.dense1(x)));
 */
export function remat<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(fn: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const { result, level } = runAtOwnLevel(() => fn(...args));
    const results = result instanceof Tensor ? [result] : (result as readonly Tensor[]);
    const given = [...new Set(args.filter((arg) => arg instanceof Tensor))];
    const { graph, captured } = extract({
      name: 'remat',
      inputs: given.map((tensor, index) => ({ tensor, name: `arg${index}` })),
      outputs: results,
      level,
    });
    const floats = results.map(({ dtype }) => dtype.includes('float'));
    const attached = attachGradient([...given, ...captured], results, (operands, cotangents) => {
      // Behind barriers, or the second computation would be found equal to the first and dropped.
      const inputs = operands.map((operand) => lax.barrier(operand));
      let next = 0;
      const ofResults = floats.map((isFloat) => (isFloat ? (cotangents[next++] ?? null) : null));
      return pullBack(instantiate(graph, inputs), ofResults, inputs);
    });
    return (result instanceof Tensor ? attached[0] : attached) as R;
  };
}

/** Runs `body` one level deeper, so that what it made can be told from what it found. Assignments count as if made outside. */
function runAtOwnLevel<T>(body: () => T): { readonly result: T; readonly level: number } {
  const outer = currentTrace();
  if (!outer) return { result: body(), level: 0 };
  const { result, context } = withTrace(body);
  for (const [variable, value] of context.assigned) outer.assigned.set(variable, value);
  return { result, level: context.level };
}
