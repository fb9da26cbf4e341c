// Kernel IR expressions in WebAssembly.
import { valueType } from '../../kernel-ir/build.ts';
import type { Expr, RegisterType } from '../../kernel-ir/types.ts';
import { type Ref, relaxedMadd, scalarConstant, shapeOf, vectorConstant } from './machine.ts';
import { emitAdvance, emitLoad, emitSplatLoad } from './memory.ts';
import { scalarBinary, scalarBitcast, scalarCompare, scalarConvert, scalarNarrow, scalarUnary } from './scalar.ts';
import type { FunctionScope } from './scope.ts';
import {
  extractLane,
  multiplyThenAdd,
  reduceVector,
  splatVector,
  vectorBinary,
  vectorCompare,
  vectorConvert,
  vectorNarrow,
  vectorShift,
  vectorUnary,
} from './vector.ts';

export function emitExpr(scope: FunctionScope, expr: Expr): Ref {
  switch (expr.kind) {
    case 'constant':
      return constant(scope, expr.type, new Array<number | bigint>(expr.type.lanes).fill(expr.value));
    case 'lanes':
      return constant(
        scope,
        expr.type,
        Array.from({ length: expr.type.lanes }, (_, lane) => lane),
      );
    case 'local':
      return scope.get(expr.name);
    case 'load':
      return emitLoad(scope, expr, emitExpr);
    case 'advance':
      return emitAdvance(scope, expr, emitExpr);
    default:
      return arithmetic(scope, expr);
  }
}

function constant(scope: FunctionScope, type: RegisterType, values: readonly (number | bigint)[]): Ref {
  if (type.lanes === 1) return scalarConstant(scope.module, type.scalar, values[0] as number | bigint);
  const make = (): Ref => vectorConstant(scope.module, type, values);
  // All zeros take one instruction anywhere.
  if (values.every((value) => Object.is(Number(value), 0))) return make();
  const key = values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join();
  return scope.constant(`${type.scalar}:${key}`, make);
}

type Arithmetic = Exclude<Expr, { kind: 'constant' | 'lanes' | 'local' | 'load' | 'advance' }>;

function arithmetic(scope: FunctionScope, expr: Arithmetic): Ref {
  const { type } = expr;
  switch (expr.kind) {
    case 'unary': {
      const value = emitExpr(scope, expr.value);
      return type.lanes === 1 ? scalarUnary(scope, expr.op, type.scalar, value) : vectorUnary(scope, expr.op, type, value);
    }
    case 'binary':
      return binary(scope, expr);
    case 'mulAdd':
      return mulAdd(scope, expr);
    case 'compare': {
      const operands = valueType(expr.left);
      const [left, right] = [emitExpr(scope, expr.left), emitExpr(scope, expr.right)];
      return type.lanes === 1
        ? scalarCompare(scope, expr.op, operands.scalar, left, right)
        : vectorCompare(scope, expr.op, operands, left, right);
    }
    case 'select': {
      const [condition, onTrue, onFalse] = [emitExpr(scope, expr.condition), emitExpr(scope, expr.onTrue), emitExpr(scope, expr.onFalse)];
      return type.lanes === 1 ? scope.module.select(condition, onTrue, onFalse) : scope.module.v128.bitselect(onTrue, onFalse, condition);
    }
    default:
      return conversion(scope, expr);
  }
}

function binary(scope: FunctionScope, expr: Extract<Expr, { kind: 'binary' }>): Ref {
  const { type, op } = expr;
  const left = emitExpr(scope, expr.left);
  const amount = type.lanes > 1 && (op === 'shl' || op === 'shr') ? uniformShift(scope, expr.right) : null;
  if (amount !== null) return vectorShift(scope, op as 'shl' | 'shr', type, left, amount);
  const right = emitExpr(scope, expr.right);
  return type.lanes === 1 ? scalarBinary(scope, op, type.scalar, left, right) : vectorBinary(scope, op, type, left, right);
}

/** The one amount, as i32, by which all lanes are shifted; null if each lane has its own. */
function uniformShift(scope: FunctionScope, amount: Expr): Ref | null {
  if (amount.kind === 'constant') return scope.module.i32.const(Number(amount.value));
  if (amount.kind !== 'splat') return null;
  return scalarConvert(scope, valueType(amount.value).scalar, 'i32', emitExpr(scope, amount.value));
}

function mulAdd(scope: FunctionScope, { type, a, b, c }: Extract<Expr, { kind: 'mulAdd' }>): Ref {
  const [x, y, z] = [emitExpr(scope, a), emitExpr(scope, b), emitExpr(scope, c)];
  const shape = type.lanes > 1 ? shapeOf(type) : null;
  if (scope.shared.target.fma && (shape === 'f32x4' || shape === 'f64x2')) return relaxedMadd(scope.module, shape, x, y, z);
  return multiplyThenAdd(scope, type, x, y, z);
}

function conversion(
  scope: FunctionScope,
  expr: Extract<Expr, { kind: 'convert' | 'narrow' | 'bitcast' | 'splat' | 'extract' | 'reduceLanes' }>,
): Ref {
  const { type } = expr;
  const from = valueType(expr.value);
  if (expr.kind === 'splat') return splat(scope, type, expr.value);
  const value = emitExpr(scope, expr.value);
  switch (expr.kind) {
    case 'convert':
      return type.lanes === 1 ? scalarConvert(scope, from.scalar, type.scalar, value) : vectorConvert(scope, from, type.scalar, value);
    case 'narrow':
      return type.lanes === 1 ? scalarNarrow(scope, expr.to, value) : vectorNarrow(scope, expr.to, value);
    case 'bitcast':
      return type.lanes === 1 ? scalarBitcast(scope, from.scalar, type.scalar, value) : value;
    case 'extract':
      return extractLane(scope, from, value, expr.lane);
    case 'reduceLanes':
      return reduceVector(scope, expr.op, from, value);
    default:
      return expr satisfies never;
  }
}

function splat(scope: FunctionScope, type: RegisterType, value: Expr): Ref {
  const loaded = value.kind === 'load' ? emitSplatLoad(scope, value, emitExpr) : null;
  return loaded ?? splatVector(scope, type, emitExpr(scope, value));
}
