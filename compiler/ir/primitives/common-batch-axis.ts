// The batch rule of primitives that treat all operands alike: they must agree on the axis.
import type { BatchAxis } from './primitive.ts';

/** The one axis that all operands with samples share; null if none has samples; undefined if they disagree. */
export function commonBatchAxis(axes: readonly BatchAxis[]): BatchAxis | undefined {
  let common: BatchAxis = null;
  for (const axis of axes) {
    if (axis === null) continue;
    if (common !== null && axis !== common) return undefined;
    common = axis;
  }
  return common;
}

/** The rule of elementwise primitives: the result has the operands' common axis. */
export function elementwiseBatchAxes(axes: readonly BatchAxis[]): readonly BatchAxis[] | undefined {
  const axis = commonBatchAxis(axes);
  return axis === undefined ? undefined : [axis];
}
