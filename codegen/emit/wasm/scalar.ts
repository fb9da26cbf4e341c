// Kernel IR's arithmetic on one value, in WebAssembly's scalar instructions.
import binaryen from 'binaryen';
import type { BinaryOp, CompareOp, MemoryType, RegisterScalar, UnaryOp } from '../../kernel-ir/types.ts';
import { isFloat, isUnsigned, machineOf, type Ref, scalarConstant } from './machine.ts';
import type { FunctionScope } from './scope.ts';

export function scalarUnary(scope: FunctionScope, op: UnaryOp, scalar: RegisterScalar, value: Ref): Ref {
  const { module } = scope;
  if (isFloat(scalar)) {
    if (op === 'not') throw new Error('kerasc bug: not of a float');
    return module[scalar][op](value);
  }
  const machine = machineOf(scalar) as 'i32' | 'i64';
  switch (op) {
    case 'not':
      return scalar === 'bool' ? module.i32.eqz(value) : module[machine].xor(value, scalarConstant(module, scalar, -1));
    case 'neg':
      return module[machine].sub(scalarConstant(module, scalar, 0), value);
    case 'abs': {
      if (isUnsigned(scalar)) return value;
      const { first, again } = scope.share(value, machine);
      const negated = module[machine].sub(scalarConstant(module, scalar, 0), first);
      return module.select(module[machine].lt_s(again(), scalarConstant(module, scalar, 0)), negated, again());
    }
    default:
      throw new Error(`kerasc bug: ${op} of ${scalar}`);
  }
}

export function scalarBinary(scope: FunctionScope, op: BinaryOp, scalar: RegisterScalar, left: Ref, right: Ref): Ref {
  const { module } = scope;
  if (op === 'min' || op === 'max') return smallerOrLarger(scope, op, scalar, left, right);
  if (isFloat(scalar)) {
    if (op === 'add' || op === 'sub' || op === 'mul' || op === 'div') return module[scalar][op](left, right);
    throw new Error(`kerasc bug: ${op} of ${scalar}`);
  }
  const family = module[machineOf(scalar) as 'i32' | 'i64'];
  const sign = isUnsigned(scalar) ? 'u' : 's';
  switch (op) {
    case 'div':
      return family[`div_${sign}`](left, right);
    case 'rem':
      return family[`rem_${sign}`](left, right);
    case 'shr':
      return family[`shr_${sign}`](left, right);
    default:
      return family[op](left, right);
  }
}

/** min is `b < a ? b : a`, max is `a < b ? b : a`. Operands are evaluated in their order, as everywhere. */
function smallerOrLarger(scope: FunctionScope, op: 'min' | 'max', scalar: RegisterScalar, left: Ref, right: Ref): Ref {
  const { module } = scope;
  const machine = machineOf(scalar);
  const a = scope.share(left, machine);
  const b = scope.share(right, machine);
  const [low, high] = op === 'min' ? [b, a] : [a, b];
  const chosen = module.select(scalarCompare(scope, 'lt', scalar, low.again(), high.again()), b.again(), a.again());
  return module.block(null, [module.drop(a.first), module.drop(b.first), chosen], binaryen[machine]);
}

export function scalarCompare(scope: FunctionScope, op: CompareOp, scalar: RegisterScalar, left: Ref, right: Ref): Ref {
  const { module } = scope;
  if (isFloat(scalar)) return module[scalar][op](left, right);
  const family = module[machineOf(scalar) as 'i32' | 'i64'];
  if (op === 'eq' || op === 'ne') return family[op](left, right);
  return family[`${op}_${isUnsigned(scalar) ? 'u' : 's'}`](left, right);
}

/** By value: floats to integers saturate, NaN gives 0; integers wrap; to bool is `!= 0`. */
export function scalarConvert(scope: FunctionScope, from: RegisterScalar, to: RegisterScalar, value: Ref): Ref {
  const { module } = scope;
  if (to === 'bool') return scalarCompare(scope, 'ne', from, value, scalarConstant(module, from, 0));
  const source = machineOf(from);
  const target = machineOf(to);
  if (isFloat(to)) {
    if (isFloat(from)) return from === to ? value : to === 'f32' ? module.f32.demote(value) : module.f64.promote(value);
    return module[to][isUnsigned(from) ? 'convert_u' : 'convert_s'][source as 'i32' | 'i64'](value);
  }
  if (isFloat(from)) return module[target as 'i32' | 'i64'][isUnsigned(to) ? 'trunc_u_sat' : 'trunc_s_sat'][from](value);
  if (source === target) return value;
  if (target === 'i32') return module.i32.wrap(value);
  return isUnsigned(from) ? module.i64.extend_u(value) : module.i64.extend_s(value);
}

export function scalarBitcast(scope: FunctionScope, from: RegisterScalar, to: RegisterScalar, value: Ref): Ref {
  return machineOf(from) === machineOf(to) ? value : scope.module[machineOf(to)].reinterpret(value);
}

/** The value that a store to memory of this type and a load would give. */
export function scalarNarrow(scope: FunctionScope, to: MemoryType, value: Ref): Ref {
  const { module } = scope;
  const { i32 } = module;
  switch (to) {
    case 'i8':
      return i32.extend8_s(value);
    case 'i16':
      return i32.extend16_s(value);
    case 'u8':
      return i32.and(value, i32.const(0xff));
    case 'u16':
      return i32.and(value, i32.const(0xffff));
    case 'f16':
    case 'bf16':
      return halfToFloat(scope, to, floatToHalf(scope, to, value));
    default:
      return value;
  }
}

/** The f32 that 16 bits stand for. */
export function halfToFloat(scope: FunctionScope, half: 'f16' | 'bf16', bits: Ref): Ref {
  const { f32, i32, i32x4, f32x4 } = scope.module;
  if (half === 'bf16') return f32.reinterpret(i32.shl(bits, i32.const(16)));
  return f32x4.extract_lane(scope.callHelper('widenFloat16', i32x4.splat(bits)), 0);
}

export function floatToHalf(scope: FunctionScope, half: 'f16' | 'bf16', value: Ref): Ref {
  const { i32x4, f32x4 } = scope.module;
  return i32x4.extract_lane(scope.callHelper(half === 'f16' ? 'roundFloat16' : 'roundBfloat16', f32x4.splat(value)), 0);
}
