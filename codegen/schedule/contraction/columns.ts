// The loops over columns: runs of segments as wide as a tile, and what sticks out beyond the last column.
import { compare, type Expr, INDEX, index, local, loop, type Statement } from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import type { Plan } from './plan.ts';
import { atColumn, type Position } from './position.ts';
import type { RowLoop } from './rows.ts';

/** The loop that threads share: the outermost over rows if there are several, else groups of an operand packed at run time, else columns. */
export function sharedLoop(plan: Plan): 'rows' | 'groups' | 'columns' {
  if (plan.rows.length > 1) return 'rows';
  return plan.groups.length > 0 && plan.source !== 'constant' ? 'groups' : 'columns';
}

export function parallelExtent(plan: Plan): number {
  switch (sharedLoop(plan)) {
    case 'rows':
      return (plan.rows[0] as RowLoop).extent;
    case 'groups':
      return (plan.groups[0] as Axis).extent;
    default:
      return Math.max(1, columnSpans(plan)[0]?.whole ?? 1);
  }
}

/** Columns that one tile computes: where they start and how they lie. */
export interface Segment {
  readonly vectors: number;
  readonly lastLanes: number;
  readonly panelWidth: number;
}

/** A run of column segments that are whole, and whether another follows that reaches beyond the last column. */
interface ColumnSpan {
  readonly start: number;
  readonly whole: number;
  readonly segment: Segment;
  readonly lastLanes: number;
}

function columnSpans({ choice, target, panels, column, result }: Plan): readonly ColumnSpan[] {
  let start = 0;
  return choice.columnRuns.map(({ vectors, count }) => {
    const from = start;
    start += count * vectors * target.lanes;
    const hasPartial = !result.blocked && start > column.extent;
    const panelWidth = from >= (panels.count - 1) * panels.width ? panels.lastWidth : panels.width;
    const segment = { vectors, lastLanes: target.lanes, panelWidth };
    return {
      start: from,
      whole: hasPartial ? count - 1 : count,
      segment,
      lastLanes: hasPartial ? column.extent - (start - target.lanes) : 0,
    };
  });
}

/** Loops over columns. `isParallel`: the first run takes the range begin..end, and who has its end does the rest. */
export function columnLoops(
  plan: Plan,
  position: Position,
  body: (position: Position, segment: Segment) => Statement[],
  isParallel = false,
): Statement[] {
  const spans = columnSpans(plan);
  const shared = isParallel && (spans[0]?.whole ?? 0) > 1;
  const [first, ...others] = spans.map((span, run) => columnSpan(plan, position, span, plan.names.fresh('n'), shared && run === 0, body));
  const rest = others.flatMap(({ whole, partial }) => [...whole, ...partial]);
  const after = [...(first?.partial ?? []), ...rest];
  if (!shared || after.length === 0) return [...(first?.whole ?? []), ...after];
  const isLast = compare('eq', local('end', INDEX), index(parallelExtent(plan)));
  return [...(first?.whole ?? []), { kind: 'if', condition: isLast, then: after, otherwise: [] }];
}

function columnSpan(
  plan: Plan,
  position: Position,
  span: ColumnSpan,
  name: string,
  isParallel: boolean,
  body: (position: Position, segment: Segment) => Statement[],
): { whole: Statement[]; partial: Statement[] } {
  const { start, whole, segment, lastLanes } = span;
  const width = segment.vectors * plan.target.lanes;
  const at = (steps?: Expr): Position => atColumn(plan, position, start, steps, width, segment.panelWidth);
  const [from, to] = isParallel ? [local('begin', INDEX), local('end', INDEX)] : [index(0), index(whole)];
  const inside = whole === 1 ? body(at(), segment) : whole > 1 ? [loop(name, from, to, body(at(local(name, INDEX)), segment))] : [];
  const last =
    lastLanes > 0 ? body(atColumn(plan, position, start + whole * width, undefined, 0, segment.panelWidth), { ...segment, lastLanes }) : [];
  return { whole: inside, partial: last };
}
