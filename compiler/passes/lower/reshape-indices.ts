// Indices through a reshape. Dims are matched in groups of equal size, so that most reshapes need no division at all.
import { addIndex, constantIndex, divideIndex, multiplyIndex, remainderIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { IndexExpr } from '../../../codegen/stage/stage.ts';
import type { Shape } from '../../ir/shape.ts';

/** A run of source dims and a run of result dims with the same number of elements; one may be empty beside dims of 1. */
export interface DimGroup {
  readonly source: readonly number[];
  readonly result: readonly number[];
}

/** The finest grouping of two shapes of equal element count. Shapes without elements form one group. */
export function groupDims(source: Shape, result: Shape): readonly DimGroup[] {
  if (source.includes(0)) return [{ source: source.map((_, axis) => axis), result: result.map((_, axis) => axis) }];
  const groups: DimGroup[] = [];
  let from = 0;
  let to = 0;
  while (from < source.length || to < result.length) {
    const group = { source: [] as number[], result: [] as number[] };
    let left = 1;
    let right = 1;
    const takeSource = (): void => {
      left *= source[from] as number;
      group.source.push(from++);
    };
    const takeResult = (): void => {
      right *= result[to] as number;
      group.result.push(to++);
    };
    if (from < source.length) takeSource();
    if (to < result.length) takeResult();
    while (left !== right) (left < right ? takeSource : takeResult)();
    groups.push(group);
  }
  return groups;
}

/** Where the element at `indices` of the reshaped tensor lies in the source. */
export function reshapeIndices(source: Shape, result: Shape, indices: readonly IndexExpr[]): readonly IndexExpr[] {
  const found: IndexExpr[] = source.map(() => constantIndex(0));
  for (const group of groupDims(source, result)) {
    const position = linearize(
      group.result.map((axis) => indices[axis] as IndexExpr),
      group.result.map((axis) => result[axis] as number),
    );
    let stride = 1;
    for (const axis of [...group.source].reverse()) {
      const extent = source[axis] as number;
      const isFirst = axis === group.source[0];
      const quotient = divideIndex(position, stride);
      found[axis] = extent === 1 ? constantIndex(0) : isFirst ? quotient : remainderIndex(quotient, extent);
      stride *= extent;
    }
  }
  return found;
}

/** Row-major position. */
export function linearize(indices: readonly IndexExpr[], extents: readonly number[]): IndexExpr {
  let position = constantIndex(0);
  indices.forEach((index, axis) => {
    position = addIndex(multiplyIndex(position, extents[axis] as number), index);
  });
  return position;
}
