// Which axes of a contraction make its columns: those that together walk evenly through the result are one axis.
import type { Axis } from '../../stage/stage.ts';
import { type Access, joinAxes, strideOf } from './access.ts';

export interface Columns {
  /** One axis that stands for all of the parts. */
  readonly column: Axis;
  /** Outermost first. */
  readonly parts: readonly Axis[];
  /** The other axes: each of their positions has columns of its own. */
  readonly others: readonly Axis[];
}

/** Choices of columns, the one that takes in most axes first. None where the result's elements do not lie side by side. */
export function columnChoices(axes: readonly Axis[], result: Access): readonly Columns[] {
  const ordered = [...axes].sort((a, b) => strideOf(result, b) - strideOf(result, a));
  const innermost = ordered.at(-1);
  if (!innermost || strideOf(result, innermost) !== 1) return [];
  const choices: Columns[] = [{ column: innermost, parts: [innermost], others: ordered.slice(0, -1) }];
  for (let count = 2; count <= ordered.length; count++) {
    const parts = ordered.slice(-count);
    if (!isEven(result, parts)) break;
    const extent = parts.reduce((product, axis) => product * axis.extent, 1);
    const column: Axis = { name: parts.map((axis) => axis.name).join('_'), extent };
    choices.unshift({ column, parts, others: ordered.slice(0, -count) });
  }
  return choices;
}

/** The access along the merged column, or null where it does not move evenly along the parts. */
export function alongColumns(access: Access, { column, parts }: Columns): Access | null {
  if (parts.length === 1) return access;
  return isEven(access, parts) ? joinAxes(access, parts, column) : null;
}

function isEven(access: Access, parts: readonly Axis[]): boolean {
  if (access.blocked && parts.includes(access.blocked.axis)) return false;
  return parts.slice(1).every((inner, position) => strideOf(access, parts[position] as Axis) === strideOf(access, inner) * inner.extent);
}
