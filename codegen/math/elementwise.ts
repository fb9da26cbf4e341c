// Every elementwise operation as Kernel IR expressions, for scalars and vectors alike.
import type { Block } from '../kernel-ir/block.ts';
import { binary, compare, memoryBytes, select, unary, valueType } from '../kernel-ir/build.ts';
import type { CompareOp, Expr, MemoryType } from '../kernel-ir/types.ts';
import type { ElementwiseName } from '../stage/stage.ts';
import { fitElement, isFloatRegister } from './convert-elements.ts';
import { erf, erfInv } from './error-function.ts';
import { cosh, exp, expm1, sigmoid, sinh, tanh } from './exponential.ts';
import { Floats } from './floats.ts';
import { digamma, lgamma } from './gamma.ts';
import { integerOperation } from './integers.ts';
import { acos, asin, atan, atan2 } from './inverse-trigonometric.ts';
import { acosh, asinh, atanh, log, log1p } from './logarithm.ts';
import { isFinite, nextAfter, sign } from './neighbours.ts';
import { cbrt, isSimpleExponent, power, remainder, rsqrt } from './power.ts';
import { cos, sin, tan } from './trigonometric.ts';

const COMPARISONS: Partial<Record<ElementwiseName, CompareOp>> = {
  equal: 'eq',
  not_equal: 'ne',
  less: 'lt',
  less_equal: 'le',
  greater: 'gt',
  greater_equal: 'ge',
};

/**
 * The operation on operands of memory type `operand` (for `select`: the type of the values, the condition stands first). Operands are
 * used several times: bind what is costly. Statements that it needs go to the block.
 */
export function elementwise(block: Block, op: ElementwiseName, operand: MemoryType, args: readonly Expr[]): Expr {
  const [a, b, c] = args.map((arg) => block.bind(arg)) as [Expr, Expr, Expr];
  if (op === 'select') return operand === 'bool' ? selectBool(a, b, c) : select(a, b, c);
  if (operand === 'bool') return boolOperation(op, a, b);
  const comparison = COMPARISONS[op];
  if (comparison) return compare(comparison, a, b);
  if (!isFloatRegister(valueType(a))) {
    const result = integerOperation(block, op, operand, a, b);
    if (!result) throw new Error(`kerasc bug: ${op} of ${operand}`);
    return fitElement(result, operand);
  }
  const floats = new Floats(block, a);
  if (op === 'is_finite') return isFinite(floats, a);
  return fitElement(floatOperation(floats, op, operand, a, b), operand);
}

/** Operations that loop, branch on values, or are computed in float64: one element at a time. */
const SCALAR_FLOAT: ReadonlySet<ElementwiseName> = new Set(['erf_inv', 'lgamma', 'digamma', 'remainder', 'power']);
const SCALAR_INTEGER: ReadonlySet<ElementwiseName> = new Set([
  'divide',
  'remainder',
  'power',
  'shift_left',
  'shift_right',
  'shift_right_logical',
]);

/** Whether vectors of the operand's type may pass through the operation. `exponent`: the constant second operand, if it is one. */
export function isVectorOperation(op: ElementwiseName, operand: MemoryType, exponent?: number): boolean {
  if (operand === 'f32' || operand === 'f16' || operand === 'bf16')
    return (op === 'power' && exponent !== undefined && isSimpleExponent(exponent)) || !SCALAR_FLOAT.has(op);
  if (operand === 'bool') return true;
  return memoryBytes(operand) <= 4 && !SCALAR_INTEGER.has(op);
}

function floatOperation(floats: Floats, op: ElementwiseName, operand: MemoryType, a: Expr, b: Expr): Expr {
  switch (op) {
    case 'add':
      return binary('add', a, b);
    case 'subtract':
      return binary('sub', a, b);
    case 'multiply':
      return binary('mul', a, b);
    case 'divide':
      return binary('div', a, b);
    case 'maximum':
      return extreme(floats, 'max', a, b);
    case 'minimum':
      return extreme(floats, 'min', a, b);
    case 'power':
      return power(floats, a, b);
    case 'remainder':
      return remainder(floats, a, b);
    case 'atan2':
      return atan2(floats, a, b);
    case 'next_after':
      return nextAfter(floats, a, b, operand);
    default:
      return unaryOperation(floats, op, a);
  }
}

const UNARY: Partial<Record<ElementwiseName, (floats: Floats, x: Expr) => Expr>> = {
  abs: (_, x) => unary('abs', x),
  negative: (_, x) => unary('neg', x),
  sign,
  floor: (_, x) => unary('floor', x),
  ceil: (_, x) => unary('ceil', x),
  round: (_, x) => unary('nearest', x),
  sqrt: (_, x) => unary('sqrt', x),
  rsqrt,
  cbrt,
  exp,
  expm1,
  log,
  log1p,
  sigmoid,
  tanh,
  erf,
  erf_inv: erfInv,
  lgamma,
  digamma,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
};

function unaryOperation(floats: Floats, op: ElementwiseName, x: Expr): Expr {
  const compute = UNARY[op];
  if (!compute) throw new Error(`kerasc bug: ${op} of ${floats.type.scalar}`);
  return compute(floats, x);
}

/** NaN where either is; one instruction where one of them is a constant, as in relu. */
function extreme(floats: Floats, op: 'min' | 'max', a: Expr, b: Expr): Expr {
  if (isNumber(b)) return binary(op, a, b);
  if (isNumber(a)) return binary(op, b, a);
  return floats.select(floats.compare('ne', b, b), b, binary(op, a, b));
}

const isNumber = (expr: Expr): boolean => expr.kind === 'constant' && !Number.isNaN(Number(expr.value));

const not = (a: Expr): Expr => unary('not', a);

function selectBool(condition: Expr, onTrue: Expr, onFalse: Expr): Expr {
  return binary('or', binary('and', condition, onTrue), binary('and', not(condition), onFalse));
}

/** Comparisons and arithmetic of truth values, as of 0 and 1. */
function boolOperation(op: ElementwiseName, a: Expr, b: Expr): Expr {
  switch (op) {
    case 'not':
      return not(a);
    case 'and':
    case 'multiply':
    case 'minimum':
      return binary('and', a, b);
    case 'or':
    case 'add':
    case 'maximum':
      return binary('or', a, b);
    case 'xor':
    case 'not_equal':
      return binary('xor', a, b);
    case 'equal':
      return not(binary('xor', a, b));
    case 'less':
      return binary('and', not(a), b);
    case 'less_equal':
      return binary('or', not(a), b);
    case 'greater':
      return binary('and', a, not(b));
    case 'greater_equal':
      return binary('or', a, not(b));
    default:
      throw new Error(`kerasc bug: ${op} of bool`);
  }
}
