// Start positions that are operands: one int32 scalar per axis, clamped so that a box of given size fits.
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { typeError } from '../primitives/type-rules.ts';
import type { Shape } from '../shape.ts';

/** Refuses starts that are not one int32 scalar per axis. */
export function requireStarts(op: 'dynamic_slice' | 'dynamic_update_slice', starts: readonly TensorType[], rank: number): void {
  if (starts.length !== rank || starts.some((start) => start.dtype !== 'int32' || start.shape.length > 0)) {
    throw typeError(op, `expected one int32 scalar start per axis (${rank}).`, starts);
  }
}

export function clampStarts(starts: readonly NDArray[], shape: Shape, sizes: Shape): number[] {
  return starts.map(({ data }, axis) => Math.max(0, Math.min(Number(data[0]), (shape[axis] as number) - (sizes[axis] as number))));
}
