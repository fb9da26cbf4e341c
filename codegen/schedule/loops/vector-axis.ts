// Whether a loop may run over vectors: every load along it is of consecutive elements or of one, and every operation has a vector form.
import { memoryBytes } from '../../kernel-ir/build.ts';
import type { MemoryType } from '../../kernel-ir/types.ts';
import { isVectorOperation } from '../../math/elementwise.ts';
import type { Axis, IndexExpr, StageExpr } from '../../stage/stage.ts';
import type { Dependences } from './dependences.ts';

/** Elements that a vector of 32-bit lanes holds: narrow ones are widened by loads; those of 64 bits stay scalar. */
export const isVectorType = (type: MemoryType): boolean => memoryBytes(type) <= 4;

/** Whether `expr` can be computed for consecutive positions of `axis` at once. */
export function isVectorizable(expr: StageExpr, axis: Axis, dependences: Dependences): boolean {
  const done = new Map<StageExpr, boolean>();
  const check = (part: StageExpr): boolean => {
    if (!dependences.freeAxes(part).has(axis)) return true;
    const known = done.get(part);
    if (known !== undefined) return known;
    const result = isVectorType(part.type) && hasVectorForm(part, axis, dependences) && partsOf(part).every(check);
    done.set(part, result);
    return result;
  };
  return check(expr);
}

function partsOf(expr: StageExpr): readonly StageExpr[] {
  switch (expr.kind) {
    case 'elementwise':
      return expr.args;
    case 'cast':
      return [expr.value];
    case 'reduce':
      return [expr.body];
    case 'guard':
      return [expr.body, expr.otherwise];
    default:
      return [];
  }
}

/** The node itself, its parts apart. */
function hasVectorForm(expr: StageExpr, axis: Axis, dependences: Dependences): boolean {
  switch (expr.kind) {
    case 'load':
      return isVectorType(expr.type) && dependences.coefficientOf(expr.indices[0] as IndexExpr, axis) === 1;
    case 'position':
      return isVectorType(expr.type) && dependences.coefficientOf(expr.index, axis) !== null;
    case 'elementwise': {
      const operand = (expr.op === 'select' ? expr.args[1] : expr.args[0]) as StageExpr;
      const second = expr.args[1];
      const exponent = second?.kind === 'constant' ? Number(second.value) : undefined;
      return isVectorType(operand.type) && isVectorOperation(expr.op, operand.type, exponent);
    }
    case 'cast':
      return isVectorType(expr.value.type);
    case 'reduce':
      return isVectorType(expr.body.type);
    case 'guard':
      return expr.conditions.every(({ index }) => !dependences.freeAxesOfIndex(index).has(axis));
    case 'constant':
      return true;
    case 'bitcast':
      return false;
    default:
      return expr satisfies never;
  }
}
