// The gradient of scan: the loop run again from its end, on what its steps have saved on the way.
import { isFloat } from '../dtype.ts';
import type { Graph, Node, TensorType, Value } from '../graph.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
import { analyzeStep, type BackwardPart, backwardPart, forwardPart, type JointStep, type StepAnalysis } from './split-step.ts';
import { type Outside, stackViews, sumOverSteps } from './sum-over-steps.ts';

type Context<T extends TensorType> = GradientContext<'scan', T>;

/**
 * The forward loop is replaced by one that also saves, row by row, what the backward loop reads; nothing is computed twice.
 * Cotangents of the carry are carried backwards; those of constants are summed outside the loop where that is possible.
 */
export function differentiateScan<T extends TensorType>(context: Context<T>): Cotangent<T>[] {
  const joint = jointStep(context);
  const { step, gradients, carried } = joint;
  const analysis = analyzeStep(step);
  const { lax, params, inputs } = context;
  const emitted: Value[] = [];
  const accumulated: Value[] = [];
  const stacks = new Map<Value, T>();
  const sums = new Map<Value, T>();
  const operands = [...inputs.slice(0, params.constants), ...joint.captured];
  const outside: Outside<T> = {
    lax,
    analysis,
    constant: (value) => operands[step.constants.indexOf(value)],
    stack(value) {
      if (!emitted.includes(value)) emitted.push(value);
      return () => stacks.get(value) as T;
    },
    accumulate(value) {
      if (!accumulated.includes(value)) accumulated.push(value);
      return () => sums.get(value) as T;
    },
  };
  const firstRow = params.constants + params.carries;
  const results = gradients.map((gradient, input): (() => T) | null => {
    if (!gradient || (input >= params.constants && input < firstRow)) return null;
    return input < params.constants ? sumOverSteps(outside, gradient) : stackViews(outside, gradient);
  });
  const carryCotangents = runLoops(context, joint, analysis, { emitted, accumulated, stacks, sums });
  return inputs.map((_, input) => {
    const position = carried.indexOf(input - params.constants);
    const isIgnored = joint.ended.includes(input - params.constants);
    if (input >= params.constants && input < firstRow) return isIgnored ? null : (carryCotangents[position] ?? null);
    return results[input]?.() ?? null;
  });
}

interface Joint<T> {
  readonly step: JointStep;
  /** Tensors behind the constants that the backward step adds. */
  readonly captured: readonly T[];
  /** The forward body's outputs. */
  readonly outputs: readonly Value[];
  /** One per operand of the scan: its cotangent in one step. */
  readonly gradients: readonly (Value | null)[];
  /** The carried values that have a cotangent, and rows of results that do. */
  readonly carried: readonly number[];
  readonly results: readonly number[];
  /** Those carried values whose cotangents are zero before a step, as the step does not read them. */
  readonly ended: readonly number[];
}

/** Traces one step forward and back. Which carried values have cotangents is found by trying until no more turn up. */
function jointStep<T extends TensorType>(context: Context<T>): Joint<T> {
  const { params, cotangents } = context;
  const results = cotangents.flatMap((cotangent, index) => (index >= params.carries && cotangent ? [index] : []));
  let carried = cotangents.flatMap((cotangent, index) => (index < params.carries && cotangent ? [index] : []));
  for (;;) {
    const joint = traceStep(context, carried, results);
    const found = Array.from({ length: params.carries }, (_, index) => index).filter(
      (index) => carried.includes(index) || joint.gradients[params.constants + index],
    );
    if (found.length === carried.length) return joint;
    carried = found;
  }
}

function traceStep<T extends TensorType>(
  { lax, params, graphs, needed }: Context<T>,
  carried: readonly number[],
  results: readonly number[],
): Joint<T> {
  const { body, constants, carries } = params;
  const own = body.inputs.map((value) => value.type);
  const withCotangent = [...carried, ...results];
  const isTarget = own.map(({ dtype }, input) => isFloat(dtype) && (needed[input] || (input >= constants && input < constants + carries)));
  const targets = isTarget.flatMap((is, input) => (is ? [input] : []));
  let connected: number[] = [];
  let ended: readonly number[] = [];
  const types = [...own, ...withCotangent.map((index) => (body.outputs[index] as Value).type)];
  const { graph, captured } = graphs.trace('backward', types, (tensors) => {
    const outputs = graphs.instantiate(body, tensors.slice(0, own.length));
    const cotangents = outputs.map((_, index) => tensors.slice(own.length)[withCotangent.indexOf(index)] ?? null);
    const operands = targets.map((input) => tensors[input] as T);
    const found = graphs.pullBack(outputs, cotangents, operands);
    connected = targets.filter((_, index) => found[index]);
    // A carried value whose cotangent ends here still has one in the loop.
    ended = carried.filter((index) => !connected.includes(constants + index));
    const zeros = ended.map((index) => lax.fullLike(own[constants + index] as TensorType, 0));
    connected.push(...ended.map((index) => constants + index));
    return [...outputs, ...found.filter((cotangent) => cotangent !== null), ...zeros];
  });
  const end = own.length + withCotangent.length;
  return {
    step: {
      graph,
      constants: [...graph.inputs.slice(0, constants), ...graph.inputs.slice(end)],
      carry: graph.inputs.slice(constants, constants + carries),
      rows: graph.inputs.slice(constants + carries, own.length),
      cotangents: graph.inputs.slice(own.length, end),
    },
    captured,
    outputs: graph.outputs.slice(0, body.outputs.length),
    gradients: own.map((_, input) =>
      connected.includes(input) ? (graph.outputs[body.outputs.length + connected.indexOf(input)] as Value) : null,
    ),
    carried,
    results,
    ended,
  };
}

interface Demands<T> {
  /** Values whose rows are wanted, and where they go. */
  readonly emitted: readonly Value[];
  readonly stacks: Map<Value, T>;
  /** Values whose sum is wanted, and where it goes. */
  readonly accumulated: readonly Value[];
  readonly sums: Map<Value, T>;
}

/** Writes both loops and hands over what was demanded; gives the cotangents of the initial carry. */
function runLoops<T extends TensorType>(context: Context<T>, joint: Joint<T>, analysis: StepAnalysis, demands: Demands<T>): T[] {
  const { lax, params, inputs, cotangents } = context;
  const { step, carried, results } = joint;
  const firstRow = params.constants + params.carries;
  const given = new Map<Value, T>(step.rows.map((value, index) => [value, inputs[firstRow + index] as T]));
  results.forEach((index, position) => {
    given.set(step.cotangents[carried.length + position] as Value, cotangents[index] as T);
  });
  const rows = demands.emitted.filter((value) => analysis.isBackward(value) && !given.has(value));
  const next = carried.map((index) => joint.gradients[params.constants + index] as Value);
  const part = backwardPart(step, analysis, [...next, ...demands.accumulated, ...rows]);
  const wanted = demands.emitted.filter((value) => !analysis.isBackward(value) && !given.has(value));
  saveRows(context, joint, [...new Set([...part.saved, ...wanted])], given);

  const constants = step.constants.filter((value) => part.read.has(value));
  const read = [...step.rows.filter((value) => part.read.has(value)), ...part.saved, ...step.cotangents.slice(carried.length)];
  const body = backwardBody(step, part, { constants, carried: step.cotangents.slice(0, carried.length), read, next, rows, ...demands });
  const operands = [...inputs.slice(0, params.constants), ...joint.captured];
  const initial = carried.map((index) => cotangents[index] ?? lax.fullLike((joint.outputs[index] as Value).type, 0));
  const carries = carried.length + demands.accumulated.length;
  const loop = lax.scan({ body, length: params.length, reverse: !params.reverse, constants: constants.length, carries }, [
    ...constants.map((value) => operands[step.constants.indexOf(value)] as T),
    ...initial,
    ...demands.accumulated.map((value) => lax.fullLike(value.type, 0)),
    ...read.map((value) => given.get(value) as T),
  ]);
  demands.accumulated.forEach((value, index) => {
    demands.sums.set(value, loop[carried.length + index] as T);
  });
  rows.forEach((value, index) => {
    given.set(value, loop[carries + index] as T);
  });
  for (const value of demands.emitted) demands.stacks.set(value, given.get(value) as T);
  return loop.slice(0, carried.length);
}

/** Makes the forward loop give rows of further values, and notes where each is found. */
function saveRows<T extends TensorType>(context: Context<T>, joint: Joint<T>, saved: readonly Value[], given: Map<Value, T>): void {
  const { params, inputs, outputs, graphs } = context;
  const isResult = (value: Value): boolean => joint.outputs.includes(value, params.carries);
  const further = saved.filter((value) => !isResult(value));
  for (const value of saved.filter(isResult)) given.set(value, outputs[joint.outputs.indexOf(value, params.carries)] as T);
  if (further.length === 0) return;
  const body = forwardPart(joint.step, joint.outputs, further);
  const operands = [...inputs.slice(0, params.constants), ...joint.captured, ...inputs.slice(params.constants)];
  const constants = joint.step.constants.length;
  graphs.replace('scan', { ...params, body, constants }, operands).forEach((tensor, index) => {
    given.set(further[index] as Value, tensor);
  });
}

interface BackwardLoop {
  readonly constants: readonly Value[];
  /** Cotangents that are carried, and what they become. */
  readonly carried: readonly Value[];
  readonly next: readonly Value[];
  /** Rows that are read. */
  readonly read: readonly Value[];
  readonly accumulated: readonly Value[];
  /** Rows of results. */
  readonly rows: readonly Value[];
}

function backwardBody({ graph }: JointStep, part: BackwardPart, loop: BackwardLoop): Graph {
  let id =
    1 + Math.max(-1, ...graph.inputs.map((value) => value.id), ...graph.nodes.flatMap(({ outputs }) => outputs.map((value) => value.id)));
  const newValue = ({ type }: Value): Value => ({ id: id++, type });
  const sums = loop.accumulated.map(newValue);
  const nextSums = loop.accumulated.map(newValue);
  const additions = loop.accumulated.map(
    (value, index): Node => ({
      op: 'add',
      params: {},
      inputs: [sums[index] as Value, value],
      outputs: [nextSums[index] as Value],
      scope: '',
    }),
  );
  return {
    ...graph,
    inputs: [...loop.constants, ...loop.carried, ...sums, ...loop.read],
    nodes: [...part.nodes, ...additions],
    outputs: [...loop.next, ...nextSums, ...loop.rows],
  };
}
