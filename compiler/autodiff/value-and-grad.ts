// Values and gradients of functions, for training loops that users write themselves.
import { ValueError } from '../errors/index.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { currentTrace, withTrace } from '../trace/context.ts';
import { execute } from '../trace/evaluate.ts';
import { extract } from '../trace/extract.ts';
import { symbolicValueError } from '../trace/symbolic-error.ts';
import { Tensor, tensorOf } from '../trace/tensor.ts';
import type { Variable } from '../trace/variable.ts';
import { gradients } from './gradients.ts';

/** A loss, or a loss and further tensors that come back as they are. */
export type LossResult = Tensor | readonly [Tensor, ...Tensor[]];

export interface ValueAndGrad<R extends LossResult> {
  /** What the function returned. */
  readonly value: R;
  /** One per target, null where the loss does not depend on it. */
  readonly gradients: (Tensor | null)[];
}

/**
 * A function that gives what `fn` returns and the gradients of its loss: with respect to `variables`, or, without them, to those
 * arguments that are tensors. Variables that `fn` assigns are assigned.
 *
 * Outside a trace `fn` runs on tracers, so that the whole step is one program: reading a value in it is an error.
 *
 * @example
 * const step = valueAndGrad((x, y) => loss(y, model.call(x)), model.trainableVariables);
 * const { value, gradients } = step(x, y);
 * optimizer.apply(gradients, model.trainableVariables);
 */
export function valueAndGrad<A extends readonly unknown[], R extends LossResult>(
  fn: (...args: A) => R,
  variables?: readonly Variable[],
): (...args: A) => ValueAndGrad<R> {
  return (...args) => (currentTrace() ? differentiate(fn, variables, args) : runStep(fn, variables, args));
}

/** As `valueAndGrad`, the gradients alone. */
export function grad<A extends readonly unknown[], R extends LossResult>(
  fn: (...args: A) => R,
  variables?: readonly Variable[],
): (...args: A) => (Tensor | null)[] {
  const both = valueAndGrad(fn, variables);
  return (...args) => both(...args).gradients;
}

function differentiate<A extends readonly unknown[], R extends LossResult>(
  fn: (...args: A) => R,
  variables: readonly Variable[] | undefined,
  args: A,
): ValueAndGrad<R> {
  const value = fn(...args);
  const [loss] = tensorsOf(value);
  if (!(loss instanceof Tensor) || loss.rank > 0) throw notALoss(loss);
  return { value, gradients: gradients(loss, variables ?? args.filter((arg) => arg instanceof Tensor)) };
}

/** Traces, computes everything at once, and hands out values. */
function runStep<A extends readonly unknown[], R extends LossResult>(
  fn: (...args: A) => R,
  variables: readonly Variable[] | undefined,
  args: A,
): ValueAndGrad<R> {
  const given = [...new Set(args.filter((arg) => arg instanceof Tensor))];
  const { result, context } = withTrace(() => {
    const tracers = given.map((type, index) => new Tensor(type, { kind: 'input', name: `arg${index}` }));
    const replaced = args.map((arg) => (arg instanceof Tensor ? tracers[given.indexOf(arg)] : arg)) as unknown as A;
    return { tracers, ...differentiate(fn, variables, replaced) };
  });
  const values = tensorsOf(result.value);
  const found = result.gradients.filter((gradient) => gradient !== null);
  const assigned = [...context.assigned];
  const inputs = result.tracers.map((tensor, index) => ({ tensor, name: `arg${index}` }));
  const outputs = [...values, ...found, ...assigned.map(([, tensor]) => tensor)];
  const computed = compute(extract({ name: 'step', inputs, outputs }), given);
  assigned.forEach(([variable], index) => {
    variable.assign(computed[values.length + found.length + index] as Tensor);
  });
  let next = values.length;
  return {
    value: (result.value instanceof Tensor ? computed[0] : computed.slice(0, values.length)) as unknown as R,
    gradients: result.gradients.map((gradient) => gradient && (computed[next++] as Tensor)),
  };
}

/** Runs the graph with captured tensors and variables as further inputs, so that equal steps are one program. */
function compute({ graph, captured }: ReturnType<typeof extract>, given: readonly Tensor[]): Tensor[] {
  const values = [...given, ...captured].map((tensor): NDArray => {
    if (tensor.source.kind === 'input') throw symbolicValueError(tensor);
    return tensor.value;
  });
  const { parameters } = graph;
  const closed = { ...graph, inputs: [...graph.inputs, ...parameters.map(({ value }) => value)], parameters: [] };
  const results = execute(closed, [...values, ...parameters.map(({ data }) => data)]);
  return results.map(({ dtype, shape, data }) => tensorOf(dtype, shape, data));
}

const tensorsOf = (value: LossResult): readonly Tensor[] => (value instanceof Tensor ? [value] : value);

function notALoss(found: unknown): ValueError {
  const received = found instanceof Tensor ? `a tensor of shape [${found.shape.join(', ')}]` : typeof found;
  return new ValueError(`\`valueAndGrad\` differentiates a function that returns a scalar loss. Received: ${received}`, {
    code: 'gradient-loss',
    cure: 'Return a scalar, ops.mean(...) for example, or a list whose first element is one.',
  });
}
