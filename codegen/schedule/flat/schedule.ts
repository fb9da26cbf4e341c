// Schedules flat stages: one loop over vectors that computes all of them, and one over what is left. The size is an argument, so that
// arrays of any size share the two functions.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { Block, Names } from '../../kernel-ir/block.ts';
import { advance, INDEX, local, pointerTo, scale, store } from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, Parameter } from '../../kernel-ir/types.ts';
import { mapExpression } from '../../stage/map-expression.ts';
import type { Axis, Buffer, StageExpr } from '../../stage/stage.ts';
import { walk } from '../../stage/walk.ts';
import { countFlops } from '../loops/cost.ts';
import { Dependences } from '../loops/dependences.ts';
import { ValueEmitter } from '../loops/emit-value.ts';
import { Scope } from '../loops/scope.ts';
import type { Scheduled, ScheduledCall } from '../scheduled.ts';
import type { FlatStage } from './match.ts';

export interface FlatContext {
  readonly target: CpuTarget;
  readonly buffer: (id: number) => Buffer;
  /** Whether nobody but the stages of this group reads the buffer: then it needs no memory. */
  readonly isPrivate: (buffer: number) => boolean;
}

/** The values of a group over one axis, each of a buffer. */
interface Part {
  readonly output: number;
  readonly value: StageExpr;
}

export function scheduleFlat(stages: readonly FlatStage[], context: FlatContext): Scheduled {
  const { elements } = stages[0] as FlatStage;
  const axis: Axis = { name: 'i', extent: elements };
  const all = partsOf(stages, axis);
  // What a loop around the group left in a buffer may still be read before it is written again.
  const loaded = new Set(loadedBuffers(rootOf(all)));
  const parts = all.filter(({ output }) => loaded.has(output) || !context.isPrivate(output));
  const { lanes } = context.target;
  const whole = Math.floor(elements / lanes);
  const root = rootOf(parts);
  const flops = countFlops(root) - parts.length + 1;
  const functions: KernelFunction[] = [];
  const calls: ScheduledCall[] = [];
  const addLoop = (width: number, range: Partial<ScheduledCall>, bounds: readonly number[], count: number): void => {
    const { declared, buffers } = emitLoop(parts, root, axis, width, context);
    functions.push(declared);
    const args = [
      ...buffers.map((buffer) => ({ kind: 'buffer', buffer }) as const),
      ...bounds.map((value) => ({ kind: 'number', value }) as const),
    ];
    calls.push({ callee: declared.name, args, flops: flops * count, ...range });
  };
  if (whole > 0) addLoop(lanes, { parallel: { extent: whole } }, [], whole * lanes);
  if (whole * lanes < elements) addLoop(1, {}, [whole * lanes, elements], elements - whole * lanes);
  return { functions, calls };
}

/** Loads of what a stage before has computed become its value; equal loads become one node. */
function partsOf(stages: readonly FlatStage[], axis: Axis): Part[] {
  const written = new Map<number, StageExpr>();
  const loads = new Map<string, StageExpr>();
  return stages.map(({ stage, uniform, bodyAlong }) => {
    const value = mapExpression(bodyAlong(axis), (expr) => {
      if (expr.kind !== 'load') return expr;
      const known = uniform.has(expr.buffer) ? undefined : written.get(expr.buffer);
      if (known) return known;
      const [index] = expr.indices;
      const key = `${expr.buffer} ${index?.kind === 'constant' ? index.value : 'i'}`;
      const same = loads.get(key) ?? expr;
      loads.set(key, same);
      return same;
    });
    written.set(stage.output, value);
    return { output: stage.output, value };
  });
}

/** Something that contains all values: to count how often parts of them are used. */
const rootOf = (parts: readonly Part[]): StageExpr => ({
  kind: 'elementwise',
  type: parts[0]?.value.type ?? 'f32',
  op: 'add',
  args: parts.map(({ value }) => value),
});

function emitLoop(
  parts: readonly Part[],
  root: StageExpr,
  axis: Axis,
  lanes: number,
  { target, buffer }: FlatContext,
): { readonly declared: KernelFunction; readonly buffers: readonly number[] } {
  const names = new Names();
  for (const reserved of ['begin', 'end']) names.fresh(reserved);
  const outputs = parts.map(({ output }) => parameterFor(output, names.fresh('y'), buffer));
  const inputs = new Map(loadedBuffers(root).map((id) => [id, parameterFor(id, names.fresh('x'), buffer)]));
  const pointer = (parameter: Parameter): Expr => local(parameter.name, parameter.type);
  const emitter = new ValueEmitter({
    names,
    dependences: new Dependences(buffer),
    targetLanes: target.lanes,
    body: root,
    pointerTo: (id) => pointer(inputs.get(id) as Parameter),
  });
  const body = new Block(names);
  const outer = new Scope(body);
  body.loop('v', local('begin', INDEX), local('end', INDEX), (inner, counter) => {
    const position = inner.bind(scale(counter, lanes), 'i');
    const vector = lanes > 1 ? { axis, lanes } : undefined;
    const scope = new Scope(inner, outer, { positions: new Map([[axis, position]]), vector });
    // All is read before anything is written: a stage may write where another has read.
    const values = parts.map(({ value }) => inner.bind(emitter.inLanes(value, scope, lanes), 'v'));
    values.forEach((value, index) => inner.push(store(advance(pointer(outputs[index] as Parameter), position), 0, value)));
  });
  const range = ['begin', 'end'].map((name): Parameter => ({ name, type: INDEX }));
  const parameters = [...outputs.map((each) => ({ ...each, writes: true })), ...inputs.values(), ...range];
  const name = `elementwise_${inputs.size}_to_${outputs.length}_v${lanes}`;
  return { declared: { name, parameters, body: body.statements }, buffers: [...parts.map(({ output }) => output), ...inputs.keys()] };
}

const parameterFor = (id: number, name: string, buffer: FlatContext['buffer']): Parameter => ({ name, type: pointerTo(buffer(id).type) });

function loadedBuffers(root: StageExpr): number[] {
  const ids = new Set<number>();
  walk(root, (expr) => {
    if (expr.kind === 'load') ids.add(expr.buffer);
  });
  return [...ids];
}
