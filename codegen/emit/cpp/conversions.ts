// Kernel IR conversions, loads and stores as C++: registers are wide, memory may be narrow.
import { type Expr, type MemoryType, pointerType, type RegisterType, valueType } from '../../kernel-ir/index.ts';
import { callBitcast, callFromHalf, callSaturate, callToHalf } from './conversion-helpers.ts';
import { printExpr, printOperand, type Scope } from './expressions.ts';
import { storedAs, type Unit } from './unit.ts';

type Convert = Extract<Expr, { kind: 'convert' }>;
const isFloat = (type: RegisterType): boolean => type.scalar === 'f32' || type.scalar === 'f64';

/** A mask as wide as 64-bit lanes. */
export const widenMask = (unit: Unit, mask: string, lanes: number): string =>
  `__builtin_convertvector(${mask}, ${unit.vector('i64', lanes)})`;

export function printConvert(expr: Convert, scope: Scope): string {
  const from = valueType(expr.value);
  const to = expr.type;
  if (to.scalar === 'bool') return printToBool(expr, from, scope);
  if (from.scalar === 'bool') return printFromBool(expr, scope);
  if (isFloat(from) && !isFloat(to)) return printToInteger(expr, from, scope);
  return castNumbers(narrowToIndex(from, to, printOperand(expr.value, scope), scope.unit), to, scope.unit);
}

function castNumbers(operand: string, to: RegisterType, unit: Unit): string {
  const type = unit.type(to);
  return to.lanes > 1 ? `__builtin_convertvector(${operand}, ${type})` : `(${type})${operand}`;
}

/** An index counts in 32 bits where memory does, so that all targets agree on what does not fit. */
function narrowToIndex(from: RegisterType, to: RegisterType, operand: string, unit: Unit): string {
  const isCut = to.scalar === 'index' && (from.scalar === 'i64' || from.scalar === 'u64');
  return isCut ? `(${castNumbers(operand, { scalar: 'i32', lanes: to.lanes }, unit)})` : operand;
}

function printToBool(expr: Convert, from: RegisterType, scope: Scope): string {
  const test = `${printOperand(expr.value, scope)} != 0`;
  if (from.lanes === 1) return `(${test})`;
  const isWide = from.scalar !== 'f32' && from.scalar !== 'i32' && from.scalar !== 'u32';
  return isWide ? `__builtin_convertvector(${test}, ${scope.unit.vector('i32', from.lanes)})` : `(${test})`;
}

function printFromBool(expr: Convert, scope: Scope): string {
  const type = scope.unit.type(expr.type);
  const operand = printOperand(expr.value, scope);
  return expr.type.lanes > 1 ? `__builtin_convertvector(${operand} & 1, ${type})` : `(${type})${operand}`;
}

function printToInteger(expr: Convert, from: RegisterType, scope: Scope): string {
  const value = printExpr(expr.value, scope);
  const { scalar, lanes } = expr.type;
  switch (scalar) {
    case 'i32':
    case 'u32':
    case 'i64':
    case 'u64':
      return callSaturate(scope.unit, from, scalar, value);
    case 'index':
      return castNumbers(callSaturate(scope.unit, from, 'i32', value), { scalar, lanes }, scope.unit);
    default:
      throw new Error(`kerasc bug: conversion of ${from.scalar} to ${scalar} is not one to an integer`);
  }
}

export function printNarrow(expr: Extract<Expr, { kind: 'narrow' }>, scope: Scope): string {
  const { lanes } = expr.type;
  const { unit } = scope;
  switch (expr.to) {
    case 'f16':
    case 'bf16':
      return callFromHalf(unit, expr.to, lanes, callToHalf(unit, expr.to, lanes, printExpr(expr.value, scope)));
    case 'i8':
    case 'u8':
    case 'i16':
    case 'u16': {
      const type = unit.type(expr.type);
      if (lanes === 1) return `(${type})(${narrowScalar(expr.to)})${printOperand(expr.value, scope)}`;
      return `__builtin_convertvector(__builtin_convertvector(${printExpr(expr.value, scope)}, ${unit.vector(expr.to, lanes)}), ${type})`;
    }
    default:
      return printOperand(expr.value, scope);
  }
}

const narrowScalar = (memory: 'i8' | 'u8' | 'i16' | 'u16'): string =>
  ({ i8: 'int8_t', u8: 'uint8_t', i16: 'int16_t', u16: 'uint16_t' })[memory];

export function printBitcast(expr: Extract<Expr, { kind: 'bitcast' }>, scope: Scope): string {
  return callBitcast(scope.unit, valueType(expr.value), expr.type, printOperand(expr.value, scope));
}

/** `p[3]`, or `*(const f32x8_memory*)(p + 3)`. */
function printPlace(pointer: Expr, offset: number, lanes: number, scope: Scope, isConst: boolean): string {
  const memory = pointerType(pointer).pointer;
  const base = pointer.kind === 'advance' ? printOperand(pointer.pointer, scope, 1) : printOperand(pointer, scope);
  const steps = pointer.kind === 'advance' ? [printOperand(pointer.index, scope, 1)] : [];
  if (offset !== 0) steps.push(String(Math.abs(offset)));
  const sum = offset < 0 ? [steps.slice(0, -1).join(' + '), steps.at(-1)].join(steps.length > 1 ? ' - ' : '-') : steps.join(' + ');
  if (lanes === 1) return `${base.includes(' ') ? `(${base})` : base}[${sum || 0}]`;
  const vector = scope.unit.memoryVector(memory, lanes);
  const sign = sum.startsWith('-') ? ' ' : ' + ';
  return `*(${isConst ? 'const ' : ''}${vector}*)${sum ? `(${base}${sign}${sum})` : base.includes(' ') ? `(${base})` : base}`;
}

export function printLoad(expr: Extract<Expr, { kind: 'load' }>, scope: Scope): string {
  const memory = pointerType(expr.pointer).pointer;
  const { lanes } = expr.type;
  return fromMemory(memory, expr.type, printPlace(expr.pointer, expr.offset, lanes, scope, true), scope.unit);
}

/** The register value of what stands in memory. */
function fromMemory(memory: MemoryType, type: RegisterType, place: string, unit: Unit): string {
  const { lanes } = type;
  switch (memory) {
    case 'bool':
      return lanes > 1 ? `__builtin_convertvector(${place} != 0, ${unit.vector('i32', lanes)})` : `(${place} != 0)`;
    case 'f16':
    case 'bf16':
      return callFromHalf(unit, memory, lanes, place);
    case 'i8':
    case 'u8':
    case 'i16':
    case 'u16':
      return lanes > 1 ? `__builtin_convertvector(${place}, ${unit.type(type)})` : `(${unit.type(type)})${place}`;
    default:
      return place;
  }
}

export function printStore(pointer: Expr, offset: number, value: Expr, scope: Scope): string {
  const memory = pointerType(pointer).pointer;
  const { lanes } = valueType(value);
  return `${printPlace(pointer, offset, lanes, scope, false)} = ${toMemory(memory, lanes, value, scope)};`;
}

function toMemory(memory: MemoryType, lanes: number, value: Expr, scope: Scope): string {
  const text = printExpr(value, scope);
  switch (memory) {
    case 'bool':
      return lanes > 1 ? `__builtin_convertvector(${printOperand(value, scope)} & 1, ${scope.unit.vector('u8', lanes)})` : text;
    case 'f16':
    case 'bf16':
      return callToHalf(scope.unit, memory, lanes, text);
    case 'i8':
    case 'u8':
    case 'i16':
    case 'u16':
      if (lanes === 1) return `(${narrowScalar(memory)})${printOperand(value, scope)}`;
      return `__builtin_convertvector(${text}, ${scope.unit.vector(storedAs(memory), lanes)})`;
    default:
      return text;
  }
}
