// Packs an operand when the program runs: a function that copies it into the panels that tiles read, transposing it where its
// columns do not lie side by side.

import { Names } from '../../kernel-ir/block.ts';
import {
  add,
  advance,
  assign,
  compare,
  constant,
  declare,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  pointerTo,
  register,
  type Statement,
  scale,
  store,
} from '../../kernel-ir/index.ts';
import { strideOf } from './access.ts';
import { columnOffset } from './epilogue.ts';
import type { Plan } from './plan.ts';
import { paddedColumns, type ReductionLoop, reductionLength } from './reduction.ts';

/** Elements of a column that are moved one after the other: enough to hide the loop, few enough for all their lines to stay in cache. */
const TRANSPOSED_STEPS = 16;

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const number = (name: string): Expr => local(name, INDEX);
const quotient = (left: Expr, by: number): Expr => (by === 1 ? left : { kind: 'binary', type: INDEX, op: 'div', left, right: index(by) });
const rest = (left: Expr, by: number): Expr => (by === 1 ? index(0) : { kind: 'binary', type: INDEX, op: 'rem', left, right: index(by) });

/** Elements of the packed operand. */
export const packedElements = ({ groups, loops, panels }: Plan): number =>
  groupCount(groups) * reductionLength(loops) * paddedColumns(panels);

/** Panels of all groups: what threads may share. */
export const panelCount = ({ groups, panels }: Plan): number => groupCount(groups) * panels.count;

const groupCount = (groups: Plan['groups']): number => groups.reduce((product, axis) => product * axis.extent, 1);

/** A function of the operand `b`, the packed panels `p` and a range of panels. */
export function packFunction(plan: Plan): KernelFunction {
  const { panels, weights, loops, contraction } = plan;
  const depth = reductionLength(loops);
  const group = quotient(number('unit'), panels.count);
  const panel = rest(number('unit'), panels.count);
  const lastColumns = panels.columns - (panels.count - 1) * panels.width;
  const names = new Names();
  for (const taken of ['s', 't', 'unit']) names.fresh(taken);
  const whole = (): Statement[] => copyPanel({ plan, names, width: panels.width, columns: panels.width });
  const last = (): Statement[] => copyPanel({ plan, names, width: panels.lastWidth, columns: lastColumns });
  const isLast = compare('eq', panel, index(panels.count - 1));
  const choose = (): Statement => ({ kind: 'if', condition: isLast, then: last(), otherwise: whole() });
  const body = lastColumns === panels.width ? whole() : panels.count === 1 ? last() : [choose()];
  const start = add(index(weights.offset), add(groupOffset(plan, group), panelOffset(plan, panel)));
  const target = add(scale(group, depth * paddedColumns(panels)), scale(panel, depth * panels.width));
  return {
    name: `${contraction.stage.name}__f32_pack_${contraction.stage.output}`,
    parameters: [
      { name: 'b', type: F32_POINTER },
      { name: 'p', type: F32_POINTER, writes: true },
      { name: 'begin', type: INDEX },
      { name: 'end', type: INDEX },
    ],
    body: [
      loop('unit', number('begin'), number('end'), [
        declare('s', advance(pointer('b'), start)),
        declare('t', advance(pointer('p'), target)),
        ...body,
      ]),
    ],
  };
}

function groupOffset({ groups, weights }: Plan, group: Expr): Expr {
  let inside = 1;
  let offset: Expr = index(0);
  for (const axis of [...groups].reverse()) {
    offset = add(offset, scale(rest(quotient(group, inside), axis.extent), strideOf(weights, axis)));
    inside *= axis.extent;
  }
  return offset;
}

function panelOffset({ weights, panels, column }: Plan, panel: Expr): Expr {
  const { blocked } = weights;
  if (blocked?.axis === column) return scale(panel, (panels.width / blocked.size) * blocked.stride);
  return scale(panel, panels.width * strideOf(weights, column));
}

/** What the loops of a panel need; names are unique in a function. */
interface PanelCopy {
  readonly plan: Plan;
  readonly names: Names;
  /** Columns of the panel, and those among them that there are. */
  readonly width: number;
  readonly columns: number;
}

/** Copies a panel from `s` to `t`, with zeros beside the columns that there are. */
function copyPanel(copy: PanelCopy): Statement[] {
  const isSideBySide = strideOf(copy.plan.weights, copy.plan.column) === 1;
  return copyLoops(copy, 0, 's', isSideBySide ? copyRows : copyColumns);
}

/** The loops around the innermost one; `t` moves on by what each innermost loop has filled. */
function copyLoops(
  copy: PanelCopy,
  depth: number,
  from: string,
  body: (copy: PanelCopy, inner: ReductionLoop, from: string) => Statement[],
): Statement[] {
  const { loops } = copy.plan;
  const current = loops[depth] as ReductionLoop;
  if (depth === loops.length - 1) return body(copy, current, from);
  const [name, next] = [copy.names.fresh('i'), copy.names.fresh('s')];
  return [
    loop(name, 0, current.extent, [
      declare(next, advance(pointer(from), scale(number(name), current.weightsStride))),
      ...copyLoops(copy, depth + 1, next, body),
    ]),
  ];
}

/** Columns that lie side by side: vectors at a time. */
function copyRows({ plan: { target, weights }, names, width, columns }: PanelCopy, inner: ReductionLoop, from: string): Statement[] {
  const { lanes } = target;
  const [step, row] = [names.fresh('k'), names.fresh('r')];
  const whole = columns - (columns % lanes);
  const move = (column: number, count: number): Statement =>
    store(pointer('t'), column, load(pointer(row), columnOffset(weights, column), count));
  return [
    loop(step, 0, inner.extent, [
      declare(row, advance(pointer(from), scale(number(step), inner.weightsStride))),
      ...Array.from({ length: whole / lanes }, (_, vector) => move(vector * lanes, lanes)),
      ...Array.from({ length: columns - whole }, (_, lane) => move(whole + lane, 1)),
      ...zeros(columns, width),
      assign('t', advance(pointer('t'), index(width))),
    ]),
  ];
}

const zeros = (from: number, to: number, target = 't'): Statement[] =>
  Array.from({ length: to - from }, (_, lane) => store(pointer(target), from + lane, constant(0, register('f32'))));

/** Columns apart from each other: some steps of one column after the other, so that the lines they go to are written while in cache. */
function copyColumns({ plan: { weights, column }, names, width, columns }: PanelCopy, inner: ReductionLoop, from: string): Statement[] {
  const stride = strideOf(weights, column);
  const whole = inner.extent - (inner.extent % TRANSPOSED_STEPS);
  const block = (start: Expr, steps: number): Statement[] => {
    const [lane, source, target] = [names.fresh('j'), names.fresh('c'), names.fresh('d')];
    const moves = Array.from({ length: steps }, (_, step) =>
      store(pointer(target), step * width, load(advance(pointer(source), index(step * inner.weightsStride)))),
    );
    const [row, beside] = [names.fresh('z'), names.fresh('u')];
    const unused = loop(row, 0, steps, [
      declare(beside, advance(pointer('t'), scale(number(row), width))),
      ...zeros(columns, width, beside),
    ]);
    return [
      loop(lane, 0, columns, [
        declare(source, advance(pointer(from), add(scale(start, inner.weightsStride), scale(number(lane), stride)))),
        declare(target, advance(pointer('t'), number(lane))),
        ...moves,
      ]),
      ...(columns < width ? [unused] : []),
      assign('t', advance(pointer('t'), index(steps * width))),
    ];
  };
  const step = names.fresh('k');
  return [
    ...(whole > 0 ? [loop(step, 0, whole, block(number(step), TRANSPOSED_STEPS), TRANSPOSED_STEPS)] : []),
    ...(inner.extent > whole ? block(index(whole), inner.extent - whole) : []),
  ];
}
