// Kernel IR expressions as C++ expressions.
import { type BinaryOp, type CompareOp, type Expr, type RegisterType, valueType } from '../../kernel-ir/index.ts';
import { callFloatUnary, callMinMax, callMulAdd, callReduceLanes, callSignedDivision, callSplat, wrapping } from './arithmetic-helpers.ts';
import { printBitcast, printConvert, printLoad, printNarrow, widenMask } from './conversions.ts';
import { literal } from './literals.ts';
import type { Unit } from './unit.ts';

/** What an expression may name: the file's types and helpers, the function's locals. */
export interface Scope {
  readonly unit: Unit;
  readonly nameOf: (local: string) => string;
}

/** How tightly the outermost operator binds: 3 needs no parentheses anywhere, 2 is a product, 1 a sum, 0 the rest. */
type Binding = 0 | 1 | 2 | 3;

interface Code {
  readonly text: string;
  readonly binding: Binding;
}

const primary = (text: string): Code => ({ text, binding: 3 });
const loose = (text: string): Code => ({ text, binding: 0 });

/** The expression, as it may stand on the right of an assignment. */
export const printExpr = (expr: Expr, scope: Scope): string => code(expr, scope).text;

/** The expression, in parentheses unless it binds at least as tightly as asked. */
export function printOperand(expr: Expr, scope: Scope, binding: Binding = 3): string {
  const printed = code(expr, scope);
  return printed.binding >= binding ? printed.text : `(${printed.text})`;
}

function code(expr: Expr, scope: Scope): Code {
  switch (expr.kind) {
    case 'constant':
      return printConstant(expr.value, expr.type, scope);
    case 'lanes': {
      const values = Array.from({ length: expr.type.lanes }, (_, lane) => literal(lane, expr.type.scalar));
      return primary(expr.type.lanes === 1 ? literal(0, expr.type.scalar) : `(${scope.unit.type(expr.type)}){${values.join(', ')}}`);
    }
    case 'local':
      return primary(scope.nameOf(expr.name));
    case 'load':
      return { text: printLoad(expr, scope), binding: expr.type.lanes > 1 ? 2 : 3 };
    case 'advance': {
      const pointer = printOperand(expr.pointer, scope, 1);
      return { text: `${pointer} + ${printOperand(expr.index, scope, 2)}`, binding: 1 };
    }
    case 'unary':
      return printUnary(expr, scope);
    case 'binary':
      return printBinary(expr, scope);
    case 'mulAdd':
      return printMulAdd(expr, scope);
    case 'compare':
      return printCompare(expr, scope);
    case 'select':
      return printSelect(expr, scope);
    default:
      return printConversion(expr, scope);
  }
}

function printConstant(value: number | bigint, type: RegisterType, scope: Scope): Code {
  if (type.scalar === 'bool' && type.lanes > 1)
    return primary(callSplat(scope.unit, { scalar: 'i32', lanes: type.lanes }, Number(value) !== 0 ? '-1' : '0'));
  const text = literal(value, type.scalar);
  if (type.lanes > 1) return primary(callSplat(scope.unit, type, text));
  return text.startsWith('-') ? loose(text) : primary(text);
}

function printConversion(
  expr: Extract<Expr, { kind: 'convert' | 'narrow' | 'bitcast' | 'splat' | 'extract' | 'reduceLanes' }>,
  scope: Scope,
): Code {
  const isMask = expr.type.scalar === 'bool';
  switch (expr.kind) {
    case 'convert':
      return primary(printConvert(expr, scope));
    case 'narrow':
      return primary(printNarrow(expr, scope));
    case 'bitcast':
      return { text: printBitcast(expr, scope), binding: 2 };
    case 'splat': {
      const value = printExpr(expr.value, scope);
      if (!isMask) return primary(callSplat(scope.unit, expr.type, value));
      return primary(callSplat(scope.unit, { scalar: 'i32', lanes: expr.type.lanes }, `${printOperand(expr.value, scope)} ? -1 : 0`));
    }
    case 'extract': {
      const lane = `${printOperand(expr.value, scope)}[${expr.lane}]`;
      return isMask ? loose(`${lane} != 0`) : primary(lane);
    }
    case 'reduceLanes':
      return primary(callReduceLanes(scope.unit, expr.op, valueType(expr.value), printExpr(expr.value, scope)));
    default:
      return expr satisfies never;
  }
}

function printUnary(expr: Extract<Expr, { kind: 'unary' }>, scope: Scope): Code {
  const { scalar } = expr.type;
  const operand = printOperand(expr.value, scope);
  const isFloat = scalar === 'f32' || scalar === 'f64';
  switch (expr.op) {
    case 'not':
      return loose(`${scalar === 'bool' && expr.type.lanes === 1 ? '!' : '~'}${operand}`);
    case 'neg':
      if (isFloat) return loose(`-${operand}`);
      return loose(wrapping(scope.unit, expr.type, expr.type.lanes > 1 ? `(${scope.unit.type(expr.type)}){}` : '0', '-', operand));
    case 'abs':
      return primary(printAbs(expr, scope));
    default:
      return primary(callFloatUnary(scope.unit, expr.op, expr.type, printExpr(expr.value, scope)));
  }
}

function printAbs(expr: Extract<Expr, { kind: 'unary' }>, scope: Scope): string {
  const { unit } = scope;
  const { scalar, lanes } = expr.type;
  const value = printExpr(expr.value, scope);
  if (scalar === 'u32' || scalar === 'u64') return `(${value})`;
  if (lanes === 1 && (scalar === 'f32' || scalar === 'f64')) return `__builtin_fabs${scalar === 'f32' ? 'f' : ''}(${value})`;
  const type = unit.type(expr.type);
  const name = `abs_${scalar}${lanes > 1 ? `x${lanes}` : ''}`;
  const head = `KERASC_INLINE ${type} ${name}(${type} x)`;
  unit.helper(name, () => {
    if (scalar === 'f32') return `${head} { return (${type})((${unit.vector('i32', lanes)})x & 2147483647); }`;
    if (scalar === 'f64') return `${head} { return (${type})((${unit.vector('i64', lanes)})x & 9223372036854775807ll); }`;
    const negative = wrapping(unit, expr.type, lanes > 1 ? `(${type}){}` : '0', '-', 'x');
    return `${head} { return x < 0 ? ${negative} : x; }`;
  });
  return `${name}(${value})`;
}

const SIGNS: Readonly<Record<Exclude<BinaryOp, 'min' | 'max'>, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
};

const BOOL_SIGNS: Readonly<Partial<Record<BinaryOp, string>>> = { and: '&&', or: '||', xor: '!=' };

function printBinary(expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): Code {
  const { op, type } = expr;
  const { unit } = scope;
  const isSigned = type.scalar === 'i32' || type.scalar === 'i64';
  if (op === 'min' || op === 'max') return primary(callMinMax(unit, op, type, printExpr(expr.left, scope), printExpr(expr.right, scope)));
  if (isSigned && (op === 'div' || op === 'rem') && !isPlainDivisor(expr.right)) {
    return primary(callSignedDivision(unit, op, type, printExpr(expr.left, scope), printExpr(expr.right, scope)));
  }
  if (isSigned && (op === 'add' || op === 'sub' || op === 'mul' || op === 'shl')) {
    return loose(wrapping(unit, type, printOperand(expr.left, scope), SIGNS[op], printOperand(expr.right, scope)));
  }
  if (type.scalar === 'bool' && type.lanes === 1)
    return loose(`${printOperand(expr.left, scope)} ${BOOL_SIGNS[op] ?? SIGNS[op]} ${printOperand(expr.right, scope)}`);
  const binding: Binding = op === 'add' || op === 'sub' ? 1 : op === 'mul' || op === 'div' ? 2 : 0;
  const left = printOperand(expr.left, scope, binding === 0 ? 3 : binding);
  // One step tighter on the right: float arithmetic is not associative.
  const right = printOperand(expr.right, scope, binding === 1 ? 2 : 3);
  return { text: `${left} ${SIGNS[op]} ${right}`, binding };
}

/** A constant that can neither trap nor overflow. */
const isPlainDivisor = (expr: Expr): boolean => expr.kind === 'constant' && Number(expr.value) !== 0 && Number(expr.value) !== -1;

function printMulAdd(expr: Extract<Expr, { kind: 'mulAdd' }>, scope: Scope): Code {
  const { type } = expr;
  if (type.scalar === 'f32' || type.scalar === 'f64') {
    const fused = callMulAdd(scope.unit, type, printExpr(expr.a, scope), printExpr(expr.b, scope), printExpr(expr.c, scope));
    if (fused) return primary(fused);
  }
  const product: Expr = { kind: 'binary', type, op: 'mul', left: expr.a, right: expr.b };
  return printBinary({ kind: 'binary', type, op: 'add', left: product, right: expr.c }, scope);
}

const COMPARES: Readonly<Record<CompareOp, string>> = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' };

/** Comparisons of masks, whose true is -1. */
const MASK_COMPARES: Readonly<Record<CompareOp, (a: string, b: string) => string>> = {
  eq: (a, b) => `~(${a} ^ ${b})`,
  ne: (a, b) => `${a} ^ ${b}`,
  lt: (a, b) => `~${a} & ${b}`,
  le: (a, b) => `~${a} | ${b}`,
  gt: (a, b) => `${a} & ~${b}`,
  ge: (a, b) => `${a} | ~${b}`,
};

/** Lanes of a comparison are as wide as its operands; a mask is a vector of i32 everywhere else. */
function printCompare(expr: Extract<Expr, { kind: 'compare' }>, scope: Scope): Code {
  const operands = valueType(expr.left);
  const raw = rawCompare(expr, scope);
  if (operands.lanes === 1 || !isWide(operands)) return loose(raw);
  return primary(`__builtin_convertvector(${raw}, ${scope.unit.vector('i32', operands.lanes)})`);
}

function rawCompare(expr: Extract<Expr, { kind: 'compare' }>, scope: Scope): string {
  const left = printOperand(expr.left, scope);
  const right = printOperand(expr.right, scope);
  const operands = valueType(expr.left);
  return operands.scalar === 'bool' && operands.lanes > 1 ? MASK_COMPARES[expr.op](left, right) : `${left} ${COMPARES[expr.op]} ${right}`;
}

const isWide = ({ scalar }: RegisterType): boolean => scalar === 'f64' || scalar === 'i64' || scalar === 'u64' || scalar === 'index';

function printSelect(expr: Extract<Expr, { kind: 'select' }>, scope: Scope): Code {
  return loose(`${selectCondition(expr, scope)} ? ${printOperand(expr.onTrue, scope)} : ${printOperand(expr.onFalse, scope)}`);
}

function selectCondition({ condition, type }: Extract<Expr, { kind: 'select' }>, scope: Scope): string {
  if (type.lanes === 1 || !isWide(type)) return printOperand(condition, scope);
  // A comparison of equally wide values is used as it is, without a detour over 32 bits.
  if (condition.kind === 'compare' && isWide(valueType(condition.left))) return `(${rawCompare(condition, scope)})`;
  return widenMask(scope.unit, printExpr(condition, scope), type.lanes);
}
