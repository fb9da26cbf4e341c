// A stable merge sort of several operands by the first of them: positions are sorted, then every operand is gathered by them.
import { Block } from '../../kernel-ir/block.ts';
import {
  add,
  advance,
  binary,
  compare,
  constant,
  convert,
  INDEX,
  index,
  load,
  local,
  mul,
  pointerTo,
  register,
  store,
} from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, MemoryType, Parameter } from '../../kernel-ir/types.ts';
import type { LibraryStage } from '../../stage/stage.ts';
import type { ScheduleContext, Scheduled, ScheduledArgument } from '../scheduled.ts';
import { EXTENT, elementOf, INNER, isEmpty, LINE_PARAMETERS, lineArguments, lineStart, linesAlong } from './lines.ts';
import { isBefore, isLevel } from './order.ts';

type Sort = Extract<LibraryStage, { kind: 'sort' }>;

const BOOL = register('bool');
const OUTER = local('outer', INDEX);

export function scheduleSort(stage: Sort, { buffer }: ScheduleContext): Scheduled {
  const lines = linesAlong(buffer(stage.inputs[0] as number).shape, stage.axis);
  if (isEmpty(lines)) return { functions: [], calls: [] };
  const types = stage.inputs.map((id) => buffer(id).type);
  const declared = sortFunction(types, stage.keys);
  const scratch = (name: string): ScheduledArgument => ({
    kind: 'scratch',
    scratch: { name: `${stage.name}_${name}`, type: 'i32', elements: lines.extent },
  });
  const buffers = [...stage.outputs, ...stage.inputs].map((id): ScheduledArgument => ({ kind: 'buffer', buffer: id }));
  const args = [...buffers, scratch('order'), scratch('merged'), ...lineArguments(lines), { kind: 'number', value: lines.outer } as const];
  const comparisons = lines.outer * lines.inner * lines.extent * Math.ceil(Math.log2(lines.extent + 1));
  return { functions: [declared], calls: [{ callee: declared.name, args, flops: comparisons }] };
}

/** Positions of one line, in sorted order when done, and room for merging. */
interface Positions {
  readonly order: Expr;
  readonly merged: Expr;
}

function sortFunction(types: readonly MemoryType[], keys: number): KernelFunction {
  const positions: Positions = { order: local('order', pointerTo('i32')), merged: local('merged', pointerTo('i32')) };
  const operand = (prefix: string): Parameter[] =>
    types.map((type, number) => ({ name: `${prefix}${number}`, type: pointerTo(type), ...(prefix === 'y' ? { writes: true } : {}) }));
  const [outputs, inputs] = [operand('y'), operand('x')];
  const scratch = ['order', 'merged'].map((name): Parameter => ({ name, type: pointerTo('i32'), writes: true }));
  const parameters = [...outputs, ...inputs, ...scratch, ...LINE_PARAMETERS, { name: 'outer', type: INDEX }];
  const block = new Block();
  for (const { name } of parameters) block.names.fresh(name);
  block.loop('o', 0, OUTER, (outerBody, outer) => {
    outerBody.loop('i', 0, INNER, (body, inner) => {
      const line = ({ name, type }: Parameter): Expr => body.bind(lineStart(local(name, type), outer, inner), 'line');
      const sources = inputs.map(line);
      sortLine(body, sources.slice(0, keys), positions);
      gatherLine(body, sources, outputs.map(line), positions.order);
    });
  });
  return { name: `sort_${keys}_${types.join('_')}`, parameters, body: block.statements };
}

const at = (pointer: Expr, position: Expr): Expr => advance(pointer, position);
const readPosition = (pointer: Expr, position: Expr): Expr => convert(load(at(pointer, position)), 'index');

/** Bottom up: runs of width 1, 2, 4, ... are merged pairwise. */
function sortLine(block: Block, keys: readonly Expr[], { order, merged }: Positions): void {
  block.loop('k', 0, EXTENT, (body, k) => body.push(store(at(order, k), 0, convert(k, 'i32'))));
  const width = block.variable(index(1), 'width');
  block.whileLoop(compare('lt', width, EXTENT), (pass) => {
    const start = pass.variable(index(0), 'start');
    pass.whileLoop(compare('lt', start, EXTENT), (body) => {
      const middle = body.bind(binary('min', add(start, width), EXTENT), 'middle');
      const end = body.bind(binary('min', add(middle, width), EXTENT), 'stop');
      mergeRuns(body, keys, { order, merged }, { start, middle, end });
      body.assign(start, end);
    });
    pass.loop('k', 0, EXTENT, (body, k) => body.push(store(at(order, k), 0, load(at(merged, k)))));
    pass.assign(width, mul(width, index(2)));
  });
}

function mergeRuns(
  block: Block,
  keys: readonly Expr[],
  { order, merged }: Positions,
  runs: { start: Expr; middle: Expr; end: Expr },
): void {
  const left = block.variable(runs.start, 'left');
  const right = block.variable(runs.middle, 'right');
  block.loop('k', runs.start, runs.end, (body, k) => {
    const takesRight = body.variable(compare('ge', left, runs.middle), 'takes_right');
    const bothOpen = binary('and', compare('lt', left, runs.middle), compare('lt', right, runs.end));
    // On a tie the left one is first: that makes the sort stable.
    body.when(bothOpen, (inner) =>
      inner.assign(takesRight, comesBefore(inner, keys, readPosition(order, right), readPosition(order, left))),
    );
    const take =
      (from: Expr) =>
      (inner: Block): void => {
        inner.push(store(at(merged, k), 0, load(at(order, from))));
        inner.assign(from, add(from, index(1)));
      };
    body.when(takesRight, take(right), take(left));
  });
}

/** Whether the element at position a sorts before that at b, by the first key in which they differ. */
function comesBefore(block: Block, keys: readonly Expr[], a: Expr, b: Expr): Expr {
  const [first, second] = [block.bind(a, 'first'), block.bind(b, 'second')];
  const pairs = keys.map((key) => [block.bind(load(elementOf(key, first)), 'a'), block.bind(load(elementOf(key, second)), 'b')] as const);
  return pairs.reduceRight<Expr>((rest, [x, y]) => binary('or', isBefore(x, y), binary('and', isLevel(x, y), rest)), constant(0, BOOL));
}

function gatherLine(block: Block, sources: readonly Expr[], targets: readonly Expr[], order: Expr): void {
  block.loop('k', 0, EXTENT, (body, k) => {
    const from = body.bind(readPosition(order, k), 'from');
    targets.forEach((target, number) => body.push(store(elementOf(target, k), 0, load(elementOf(sources[number] as Expr, from)))));
  });
}
