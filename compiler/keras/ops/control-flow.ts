// Branches and loops. Outside a trace they run as they are; inside one they become nodes of the graph.
import { attachGradient } from '../../autodiff/attach-gradient.ts';
import { boundedLoopGradient } from '../../autodiff/bounded-loop.ts';
import { ValueError } from '../../errors/index.ts';
import type { Graph, TensorType, Value } from '../../ir/graph.ts';
import { castArray } from '../../ir/primitives/cast.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { currentTrace } from '../../trace/context.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { traceClosure } from '../../trace/trace.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { flatten, type Nested, packLike } from '../engine/structure.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { sliceAxis, stack } from './joining.ts';

type Structure = Nested<TensorLike>;
type Tensors = Nested<Tensor>;

const toTensors = (structure: Structure): Tensor[] => flatten<TensorLike>(structure).map((leaf) => toTensor(leaf));
const typeOf = ({ dtype, shape }: Tensor): TensorType => ({ dtype, shape });
const pack = (like: Structure, leaves: readonly Tensor[]): Tensors => packLike(like as Nested<unknown>, leaves);

/** A traced function: its graph, the tensors from outside that it reads, and the structure of what it returned. */
interface Closure {
  readonly graph: Graph;
  readonly captured: readonly Tensor[];
  readonly result: Structure;
}

function close(name: string, inputs: readonly TensorType[], body: (...tensors: Tensor[]) => Structure): Closure {
  let result: Structure = [];
  const { graph, captured } = traceClosure(name, inputs, (...tensors) => {
    result = body(...tensors);
    return toTensors(result);
  });
  return { graph, captured, result };
}

/** The graph with inputs that it ignores: all branches of a cond and both parts of a loop take the same operands. */
function widen(graph: Graph, own: number, before: readonly Tensor[], after: readonly Tensor[]): Graph {
  let id =
    1 +
    Math.max(
      -1,
      ...[...graph.inputs, ...graph.parameters.map(({ value }) => value), ...graph.nodes.flatMap((node) => node.outputs)].map(
        (value) => value.id,
      ),
    );
  const unused = (tensors: readonly Tensor[]): Value[] => tensors.map((tensor) => ({ id: id++, type: typeOf(tensor) }));
  return { ...graph, inputs: [...graph.inputs.slice(0, own), ...unused(before), ...graph.inputs.slice(own), ...unused(after)] };
}

/** One of several functions of the operands, by a scalar index that is clamped to the branches. */
function runSwitch(
  index: TensorLike,
  branches: readonly ((...operands: Tensor[]) => Structure)[],
  ...operands: readonly TensorLike[]
): Tensors {
  const inputs = operands.map((operand) => toTensor(operand));
  const which = lax.cast(toTensor(index), 'int32');
  const last = branches.length - 1;
  if (!currentTrace()) {
    const chosen = branches[Math.min(last, Math.max(0, Number(which.item())))] as (typeof branches)[number];
    const result = chosen(...inputs);
    return pack(result, toTensors(result));
  }
  const closures = branches.map((branch, number) => close(`branch${number}`, inputs.map(typeOf), branch));
  const graphs = closures.map((closure, number) =>
    widen(
      closure.graph,
      inputs.length,
      closures.slice(0, number).flatMap(({ captured }) => captured),
      closures.slice(number + 1).flatMap(({ captured }) => captured),
    ),
  );
  const results = lax.cond(which, graphs, [...inputs, ...closures.flatMap(({ captured }) => captured)]);
  return pack((closures[0] as Closure).result, results);
}

/** `trueFn()` or `falseFn()`, which must give equal structures of equal types. */
function runCond(pred: TensorLike, trueFn: () => Structure, falseFn: () => Structure): Tensors {
  return runSwitch(lax.cast(toTensor(pred, 'bool'), 'int32'), [falseFn, trueFn]);
}

export interface WhileLoopOptions {
  readonly maximumIterations?: number | null;
}

/** Repeats `body` on the loop variables while `condition` holds. */
function runWhile<S extends Structure>(
  condition: (...loopVars: Tensor[]) => TensorLike,
  body: (...loopVars: Tensor[]) => Structure,
  loopVars: S,
  { maximumIterations = null }: WhileLoopOptions = {},
): Tensors {
  const start = toTensors(loopVars);
  const next = (...tensors: Tensor[]): Tensor[] =>
    toTensors(body(...tensors)).map((tensor, index) => lax.cast(tensor, (start[index] as Tensor).dtype));
  const results = currentTrace()
    ? tracedLoop(start, condition, next, maximumIterations)
    : eagerLoop(start, condition, next, maximumIterations);
  return pack(loopVars, results);
}

function eagerLoop(
  start: readonly Tensor[],
  condition: (...vars: Tensor[]) => TensorLike,
  next: (...vars: Tensor[]) => Tensor[],
  limit: number | null,
): Tensor[] {
  let current = [...start];
  for (let round = 0; (limit === null || round < limit) && Number(toTensor(condition(...current), 'bool').item()) !== 0; round++)
    current = next(...current);
  return current;
}

function tracedLoop(
  start: readonly Tensor[],
  condition: (...vars: Tensor[]) => TensorLike,
  next: (...vars: Tensor[]) => Tensor[],
  limit: number | null,
): Tensor[] {
  const round = lax.scalar(0, 'int32');
  const carry = [...start, round];
  const types = carry.map(typeOf);
  const test = close('condition', types, (...vars) => {
    const holds = lax.reshape(toTensor(condition(...vars.slice(0, -1)), 'bool'), []);
    const count = vars[vars.length - 1] as Tensor;
    return limit === null ? holds : lax.and(holds, lax.compare('less', count, fullAs(count, limit)));
  });
  const step = close('body', types, (...vars) => {
    const count = vars[vars.length - 1] as Tensor;
    return [...next(...vars.slice(0, -1)), lax.add(count, fullAs(count, 1))];
  });
  const own = carry.length;
  const conditionGraph = widen(test.graph, own, [], step.captured);
  const bodyGraph = widen(step.graph, own, test.captured, []);
  // What the loop reads from outside travels with the loop variables, unchanged.
  const passed = { ...bodyGraph, outputs: [...bodyGraph.outputs, ...bodyGraph.inputs.slice(own)] };
  const operands = [...carry, ...test.captured, ...step.captured];
  const results = lax.while(conditionGraph, passed, operands);
  const attached = limit === null ? results : attachGradient(operands, results, boundedLoopGradient(conditionGraph, passed, limit));
  return attached.slice(0, start.length);
}

/** `body(i, value)` for i from `lower` up to, not including, `upper`. */
function runFori(lower: TensorLike, upper: TensorLike, body: (index: Tensor, value: Tensors) => Structure, initial: Structure): Tensors {
  const values = toTensors(initial);
  const [first, end] = [lax.cast(toTensor(lower), 'int32'), lax.cast(toTensor(upper), 'int32')];
  const [low, high] = [knownNumber(lower), knownNumber(upper)];
  if (currentTrace() && low !== undefined && high !== undefined) return countedLoop(low, Math.max(0, high - low), body, initial);
  const results = runWhile(
    (index) => lax.compare('less', index as Tensor, end),
    (index, ...rest) => [lax.add(index as Tensor, fullAs(index as Tensor, 1)), ...toTensors(body(index as Tensor, pack(initial, rest)))],
    [first, ...values],
  ) as readonly Tensor[];
  return pack(initial, results.slice(1));
}

/** The value of a bound that does not depend on what is being traced. */
function knownNumber(bound: TensorLike): number | undefined {
  if (typeof bound === 'number') return Math.trunc(bound);
  const { source } = toTensor(bound);
  return source.kind === 'data' ? Number(castArray(source.value, 'int32').data[0]) : undefined;
}

/** A loop whose rounds are known beforehand is a scan over their numbers. */
function countedLoop(low: number, length: number, body: (index: Tensor, value: Tensors) => Structure, initial: Structure): Tensors {
  const numbers = lax.add(lax.iota('int32', [length], 0), lax.full([length], low, 'int32'));
  const [result] = runScan((value, index) => [body(index as Tensor, value), []], initial, numbers);
  return result;
}

export interface ScanOptions {
  /** How many steps, where there is nothing to scan over. */
  readonly length?: number | null;
  /** From the last element to the first; results stay in the order of the elements. */
  readonly reverse?: boolean;
  /** A hint for other implementations. */
  readonly unroll?: number | boolean;
}

const sliceAt = (x: Tensor, index: number): Tensor =>
  lax.reshape(
    lax.slice(
      x,
      x.shape.map((_, axis) => (axis === 0 ? index : 0)),
      x.shape.map((size, axis) => (axis === 0 ? index + 1 : size)),
    ),
    x.shape.slice(1),
  );

/** Carries a value along the first axis of `xs`: `f(carry, x)` gives the next carry and an output. Returns `[carry, outputs]`. */
function runScan(
  f: (carry: Tensors, x: Tensors) => readonly [Structure, Structure],
  initial: Structure,
  xs: Structure | null = null,
  { length = null, reverse = false }: ScanOptions = {},
): [Tensors, Tensors] {
  const carry = toTensors(initial);
  const elements = xs === null ? [] : toTensors(xs);
  const steps = length ?? elements[0]?.shape[0];
  if (steps === undefined) throw new ValueError('`scan` needs `xs` or `length` to know how many steps to take.', { code: 'arguments' });
  if (elements.some(({ shape }) => shape[0] !== steps))
    throw new ValueError('All tensors of `xs` must have the same length along the first axis.', { code: 'scan' });
  if (!currentTrace()) return eagerScan(f, { initial, carry, xs, elements, steps, reverse });
  let outputs: Structure = [];
  const types = [...carry.map(typeOf), ...elements.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }))];
  const body = close('scan', types, (...tensors) => {
    const [next, output] = f(pack(initial, tensors.slice(0, carry.length)), pack(xs ?? [], tensors.slice(carry.length)));
    outputs = output;
    return [...toTensors(next).map((tensor, index) => lax.cast(tensor, (carry[index] as Tensor).dtype)), ...toTensors(output)];
  });
  // Constants come first among the operands of a scan.
  const count = body.captured.length;
  const { inputs } = body.graph;
  const graph = { ...body.graph, inputs: [...inputs.slice(inputs.length - count), ...inputs.slice(0, inputs.length - count)] };
  const results = lax.scan({ body: graph, length: steps, reverse, constants: count, carries: carry.length }, [
    ...body.captured,
    ...carry,
    ...elements,
  ]);
  return [pack(initial, results.slice(0, carry.length)), pack(outputs, results.slice(carry.length))];
}

interface ScanState {
  readonly initial: Structure;
  readonly carry: readonly Tensor[];
  readonly xs: Structure | null;
  readonly elements: readonly Tensor[];
  readonly steps: number;
  readonly reverse: boolean;
}

function eagerScan(
  f: (carry: Tensors, x: Tensors) => readonly [Structure, Structure],
  { initial, carry, xs, elements, steps, reverse }: ScanState,
): [Tensors, Tensors] {
  let current = [...carry];
  let structure: Structure = [];
  const outputs: Tensor[][] = new Array(steps);
  for (let step = 0; step < steps; step++) {
    const index = reverse ? steps - 1 - step : step;
    const [next, output] = f(
      pack(initial, current),
      pack(
        xs ?? [],
        elements.map((tensor) => sliceAt(tensor, index)),
      ),
    );
    current = toTensors(next);
    structure = output;
    outputs[index] = toTensors(output);
  }
  const stacked = (outputs[0] ?? []).map((_, leaf) => stack(outputs.map((row) => row[leaf] as Tensor)));
  return [pack(initial, current), pack(structure, stacked)];
}

/** `f` of each element along the first axis of `xs`, stacked. */
function runMap(f: (x: Tensors) => Structure, xs: Structure): Tensors {
  return runScan((_carry, x) => [[], f(x)], [], xs)[1];
}

export interface AssociativeScanOptions {
  readonly reverse?: boolean;
  readonly axis?: number;
}

/**
 * All partial results of an associative function along an axis: `f` gets two tensors of slices and combines them slice by slice.
 * Takes log2(length) rounds: each combines every element with the one 1, 2, 4... places before it.
 */
function runAssociativeScan(
  f: (a: Tensors, b: Tensors) => Structure,
  elems: Structure,
  { reverse = false, axis = 0 }: AssociativeScanOptions = {},
): Tensors {
  const given = toTensors(elems);
  const at = normalizeAxis(axis, given[0]?.rank ?? 1);
  const turn = (tensor: Tensor): Tensor => (reverse ? lax.reverse(tensor, [at]) : tensor);
  const length = given[0]?.shape[at] ?? 0;
  let current = given.map(turn);
  for (let distance = 1; distance < length; distance *= 2) {
    const [earlier, later] = [
      current.map((tensor) => sliceAxis(tensor, at, 0, length - distance)),
      current.map((tensor) => sliceAxis(tensor, at, distance, length)),
    ];
    const combined = toTensors(f(pack(elems, earlier), pack(elems, later)));
    current = current.map((tensor, leaf) => lax.concatenate([sliceAxis(tensor, at, 0, distance), combined[leaf] as Tensor], at));
  }
  return pack(elems, current.map(turn));
}

/** Makes the op of a function on tensors; symbolic tensors among its arguments make it symbolic. */
function controlOp<F extends (...args: never[]) => unknown>(name: string, parameters: readonly string[], body: F): Symbolic<F> {
  return defineOp(name, parameters, body as never) as unknown as Symbolic<F>;
}

type SymbolicArguments<P extends readonly unknown[]> = { [K in keyof P]: P[K] | Nested<KerasTensor> };
/** The same function with symbolic tensors where it takes tensors. */
type Symbolic<F extends (...args: never[]) => unknown> = (...args: SymbolicArguments<Parameters<F>>) => ReturnType<F>;

/** One of several functions of the operands, by a scalar index that is clamped to the branches. */
export const switchCase = controlOp('switch', ['index', 'branches', '*operands'], runSwitch);
/** `trueFn()` or `falseFn()`, which must give equal structures of equal types. */
export const cond = controlOp('cond', ['pred', 'true_fn', 'false_fn'], runCond);
/** Repeats `body` on the loop variables while `condition` holds. */
export const whileLoop = controlOp('while_loop', ['cond', 'body', 'loop_vars'], runWhile);
/** `body(i, value)` for i from `lower` up to, not including, `upper`. */
export const foriLoop = controlOp('fori_loop', ['lower', 'upper', 'body_fun', 'init_val'], runFori);
/** Carries a value along the first axis of `xs`: `f(carry, x)` gives the next carry and an output. Returns `[carry, outputs]`. */
export const scan = controlOp('scan', ['f', 'init', 'xs'], runScan);
/** `f` of each element along the first axis of `xs`, stacked. */
export const map = controlOp('map', ['f', 'xs'], runMap);
/** `f` of each element along the first axis of `elements`, stacked; the same as `map`. */
export const vectorizedMap = controlOp('vectorized_map', ['function', 'elements'], runMap);
/** All partial results of an associative function along an axis; `f` combines two tensors slice by slice. */
export const associativeScan = controlOp('associative_scan', ['f', 'elems'], runAssociativeScan);
