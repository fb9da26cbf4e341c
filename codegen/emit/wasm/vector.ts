// Kernel IR's arithmetic on 16-byte vectors; what WebAssembly has no vector instruction for is done lane by lane.
import type { BinaryOp, CompareOp, LaneReduction, MemoryType, RegisterScalar, RegisterType, UnaryOp } from '../../kernel-ir/types.ts';
import { isFloat, isUnsigned, machineOf, type Ref, type Shape, shapeOf, splatI32, vectorConstant } from './machine.ts';
import { scalarBinary, scalarCompare, scalarConvert } from './scalar.ts';
import type { FunctionScope } from './scope.ts';

export function vectorUnary(scope: FunctionScope, op: UnaryOp, type: RegisterType, value: Ref): Ref {
  const { module } = scope;
  const shape = shapeOf(type);
  switch (op) {
    case 'not':
      return module.v128.not(value);
    case 'neg':
      return module[shape].neg(value);
    case 'abs':
      return isUnsigned(type.scalar) ? value : module[shape].abs(value);
    default:
      return module[shape as 'f32x4' | 'f64x2'][op](value);
  }
}

export function vectorBinary(scope: FunctionScope, op: BinaryOp, type: RegisterType, left: Ref, right: Ref): Ref {
  const { module } = scope;
  const shape = shapeOf(type);
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
      return module[shape][op](left, right);
    case 'and':
    case 'or':
    case 'xor':
      return module.v128[op](left, right);
    case 'min':
    case 'max':
      if (shape === 'f32x4' || shape === 'f64x2') return module[shape][`p${op}`](left, right);
      if (shape === 'i32x4') return module.i32x4[`${op}_${isUnsigned(type.scalar) ? 'u' : 's'}`](left, right);
      break;
    case 'div':
      if (shape === 'f32x4' || shape === 'f64x2') return module[shape].div(left, right);
      break;
    case 'rem':
    case 'shl':
    case 'shr':
      break;
    default:
      return op satisfies never;
  }
  return lanewise(scope, type, type.scalar, [left, right], ([a, b]) => scalarBinary(scope, op, type.scalar, a as Ref, b as Ref));
}

/** All lanes shifted by one amount, an i32. */
export function vectorShift(scope: FunctionScope, op: 'shl' | 'shr', type: RegisterType, value: Ref, amount: Ref): Ref {
  const family = scope.module[shapeOf(type) as 'i32x4' | 'i64x2'];
  if (op === 'shl') return family.shl(value, amount);
  return isUnsigned(type.scalar) ? family.shr_u(value, amount) : family.shr_s(value, amount);
}

/** A mask from a comparison of vectors of this type. */
export function vectorCompare(scope: FunctionScope, op: CompareOp, type: RegisterType, left: Ref, right: Ref): Ref {
  const { module } = scope;
  const shape = shapeOf(type);
  if (op === 'eq' || op === 'ne') return module[shape][op](left, right);
  if (shape === 'f32x4' || shape === 'f64x2') return module[shape][op](left, right);
  if (shape === 'i32x4') return module.i32x4[`${op}_${isUnsigned(type.scalar) ? 'u' : 's'}`](left, right);
  if (!isUnsigned(type.scalar)) return module.i64x2[`${op}_s`](left, right);
  return lanewise(scope, type, 'bool', [left, right], ([a, b]) => scalarCompare(scope, op, 'u64', a as Ref, b as Ref));
}

export function vectorConvert(scope: FunctionScope, from: RegisterType, to: RegisterScalar, value: Ref): Ref {
  const { module } = scope;
  const target: RegisterType = { scalar: to, lanes: from.lanes };
  const zeros = new Array<number>(from.lanes).fill(0);
  if (to === 'bool') return module[shapeOf(from)].ne(value, vectorConstant(module, from, zeros));
  if (from.scalar === 'bool')
    return module.v128.and(
      value,
      vectorConstant(
        module,
        target,
        zeros.map(() => 1),
      ),
    );
  const [source, result] = [shapeOf(from), shapeOf(target)];
  if (source === result) return value;
  if (source === 'f32x4' && result === 'i32x4')
    return isUnsigned(to) ? module.i32x4.trunc_sat_f32x4_u(value) : module.i32x4.trunc_sat_f32x4_s(value);
  if (source === 'i32x4' && result === 'f32x4')
    return isUnsigned(from.scalar) ? module.f32x4.convert_i32x4_u(value) : module.f32x4.convert_i32x4_s(value);
  return lanewise(scope, from, to, [value], ([lane]) => scalarConvert(scope, from.scalar, to, lane as Ref));
}

export function vectorNarrow(scope: FunctionScope, to: MemoryType, value: Ref): Ref {
  const { i32x4, v128, i32 } = scope.module;
  switch (to) {
    case 'i8':
      return i32x4.shr_s(i32x4.shl(value, i32.const(24)), i32.const(24));
    case 'i16':
      return i32x4.shr_s(i32x4.shl(value, i32.const(16)), i32.const(16));
    case 'u8':
      return v128.and(value, splatI32(scope.module, 0xff));
    case 'u16':
      return v128.and(value, splatI32(scope.module, 0xffff));
    case 'f16':
    case 'bf16':
      return halvesToFloats(scope, to, floatsToHalves(scope, to, value));
    default:
      return value;
  }
}

/** Four 16-bit patterns in 32-bit lanes to f32. */
export function halvesToFloats(scope: FunctionScope, half: 'f16' | 'bf16', bits: Ref): Ref {
  const { i32x4, i32 } = scope.module;
  return half === 'bf16' ? i32x4.shl(bits, i32.const(16)) : scope.callHelper('widenFloat16', bits);
}

export const floatsToHalves = (scope: FunctionScope, half: 'f16' | 'bf16', value: Ref): Ref =>
  scope.callHelper(half === 'f16' ? 'roundFloat16' : 'roundBfloat16', value);

export function splatVector(scope: FunctionScope, type: RegisterType, value: Ref): Ref {
  const shape = shapeOf(type);
  return scope.module[shape].splat(type.scalar === 'bool' ? asMaskLane(scope, shape, value) : value);
}

export function extractLane(scope: FunctionScope, type: RegisterType, value: Ref, lane: number): Ref {
  const { module } = scope;
  const shape = shapeOf(type);
  const extracted = module[shape].extract_lane(value, lane);
  if (type.scalar !== 'bool') return extracted;
  return module.i32.and(shape === 'i64x2' ? module.i32.wrap(extracted) : extracted, module.i32.const(1));
}

/** A bool 0 or 1 becomes a lane without or with all bits. */
function asMaskLane(scope: FunctionScope, shape: Shape, value: Ref): Ref {
  const { i32, i64 } = scope.module;
  const lane = i32.sub(i32.const(0), value);
  return shape === 'i64x2' ? i64.extend_s(lane) : lane;
}

/** Builds a vector from its lanes. */
export function packLanes(scope: FunctionScope, type: RegisterType, lanes: readonly Ref[]): Ref {
  const family = scope.module[shapeOf(type)];
  const masked = lanes.map((lane) => (type.scalar === 'bool' ? asMaskLane(scope, shapeOf(type), lane) : lane));
  return masked
    .slice(1)
    .reduce((vector, lane, position) => family.replace_lane(vector, position + 1, lane), family.splat(masked[0] as Ref));
}

/** Applies a scalar operation to each lane of vectors of type `from`. */
function lanewise(
  scope: FunctionScope,
  from: RegisterType,
  to: RegisterScalar,
  values: readonly Ref[],
  apply: (lanes: readonly Ref[]) => Ref,
): Ref {
  const shared = values.map((value) => scope.share(value, 'v128'));
  const lanes = Array.from({ length: from.lanes }, (_, lane) =>
    apply(shared.map(({ first, again }) => extractLane(scope, from, lane === 0 ? first : again(), lane))),
  );
  return packLanes(scope, { scalar: to, lanes: from.lanes }, lanes);
}

const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const SECOND_QUARTER = [4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7];

/** Upper half onto lower half until one lane is left. */
export function reduceVector(scope: FunctionScope, op: LaneReduction, type: RegisterType, value: Ref): Ref {
  const { module } = scope;
  const fold = (vector: Ref, shuffle: readonly number[]): Ref => {
    const { first, again } = scope.share(vector, 'v128');
    return vectorBinary(scope, op, type, first, module.i8x16.shuffle(again(), again(), shuffle));
  };
  const halves = fold(value, UPPER_HALF);
  return extractLane(scope, type, type.lanes === 4 ? fold(halves, SECOND_QUARTER) : halves, 0);
}

/** a * b + c without fused operations. */
export function multiplyThenAdd(scope: FunctionScope, { scalar, lanes }: RegisterType, a: Ref, b: Ref, c: Ref): Ref {
  if (lanes > 1) return scope.module[shapeOf({ scalar, lanes })].add(scope.module[shapeOf({ scalar, lanes })].mul(a, b), c);
  const machine = machineOf(scalar);
  return isFloat(scalar)
    ? scope.module[scalar].add(scope.module[scalar].mul(a, b), c)
    : scope.module[machine].add(scope.module[machine].mul(a, b), c);
}
