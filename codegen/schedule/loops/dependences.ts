// What an expression depends on: the axes that are free in it, and whether it may only be computed where a guard lets it.
import { rangeOf, termsOf, visitIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, Buffer, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { indicesOf, operandsOf } from '../../stage/walk.ts';

const NONE: ReadonlySet<Axis> = new Set();

export class Dependences {
  readonly #free = new Map<StageExpr, ReadonlySet<Axis>>();
  readonly #unsafe = new Map<StageExpr, boolean>();
  readonly #buffer: (id: number) => Buffer;

  constructor(buffer: (id: number) => Buffer) {
    this.#buffer = buffer;
  }

  /** Axes whose position the value depends on; those of reductions inside are not. */
  freeAxes(expr: StageExpr): ReadonlySet<Axis> {
    const known = this.#free.get(expr);
    if (known) return known;
    const axes = new Set<Axis>();
    for (const index of indicesOf(expr)) for (const axis of this.freeAxesOfIndex(index)) axes.add(axis);
    for (const operand of operandsOf(expr)) for (const axis of this.freeAxes(operand)) axes.add(axis);
    if (expr.kind === 'reduce') for (const axis of expr.axes) axes.delete(axis);
    const result = axes.size === 0 ? NONE : axes;
    this.#free.set(expr, result);
    return result;
  }

  freeAxesOfIndex(index: IndexExpr): ReadonlySet<Axis> {
    const axes = new Set<Axis>();
    visitIndex(index, (part) => {
      if (part.kind === 'axis') axes.add(part.axis);
      if (part.kind === 'value') for (const axis of this.freeAxes(part.expr)) axes.add(axis);
    });
    return axes;
  }

  /** Whether computing the value where no guard allows it might read outside of a buffer. */
  isUnsafe(expr: StageExpr): boolean {
    const known = this.#unsafe.get(expr);
    if (known !== undefined) return known;
    const result =
      (expr.kind === 'load' && this.#mayLeaveBuffer(expr)) ||
      indicesOf(expr).some((index) => this.isUnsafeIndex(index)) ||
      operandsOf(expr).some((operand) => this.isUnsafe(operand));
    this.#unsafe.set(expr, result);
    return result;
  }

  isUnsafeIndex(index: IndexExpr): boolean {
    let unsafe = false;
    visitIndex(index, (part) => {
      if (part.kind === 'value' && this.isUnsafe(part.expr)) unsafe = true;
    });
    return unsafe;
  }

  #mayLeaveBuffer(expr: Extract<StageExpr, { kind: 'load' }>): boolean {
    const { low, high } = rangeOf(expr.indices[0] as IndexExpr);
    return low < 0 || high >= this.#buffer(expr.buffer).layout.elements;
  }

  /** By how much the index grows with the axis; null where it does not grow evenly. */
  coefficientOf(index: IndexExpr, axis: Axis): number | null {
    let coefficient = 0;
    for (const { atom, factor } of termsOf(index).terms) {
      if (atom.kind === 'axis') coefficient += atom.axis === axis ? factor : 0;
      else if (this.freeAxesOfIndex(atom).has(axis)) return null;
    }
    return coefficient;
  }
}
