// Offsets of pieces that lie side by side in blocks, the blocks being further apart than they are long.
import { add, type Expr, INDEX, index, scale } from '../../kernel-ir/index.ts';

export interface Blocks {
  /** Elements of a block. */
  readonly size: number;
  /** Elements from the start of one block to that of the next. */
  readonly stride: number;
}

/** Where piece number `step` of `width` elements starts; a piece is a part of a block or a number of whole ones. */
export function inBlocks(step: Expr, width: number, { size, stride }: Blocks): Expr {
  if (width % size === 0) return scale(step, (width / size) * stride);
  const perBlock = index(size / width);
  const quotient: Expr = { kind: 'binary', type: INDEX, op: 'div', left: step, right: perBlock };
  const rest: Expr = { kind: 'binary', type: INDEX, op: 'rem', left: step, right: perBlock };
  return add(scale(quotient, stride), scale(rest, width));
}
