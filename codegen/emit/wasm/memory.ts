// Loads and stores: addresses with constant parts folded into the instruction, and the narrow types of memory widened.
import { memoryBytes, pointerType, valueType } from '../../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterType } from '../../kernel-ir/types.ts';
import { machineOf, type Ref, shapeOf, splatI32, vectorConstant } from './machine.ts';
import { floatToHalf, halfToFloat } from './scalar.ts';
import type { FunctionScope } from './scope.ts';
import { extractLane, floatsToHalves, halvesToFloats, packLanes } from './vector.ts';

export type EmitExpr = (scope: FunctionScope, expr: Expr) => Ref;

interface Place {
  readonly base: Ref;
  /** Bytes, an immediate of the instruction. */
  readonly offset: number;
}

type Load = Extract<Expr, { kind: 'load' }>;

export function emitLoad(scope: FunctionScope, load: Load, emit: EmitExpr): Ref {
  const { pointer: memory } = pointerType(load.pointer);
  const place = placeOf(scope, load.pointer, load.offset, emit);
  return load.type.lanes === 1 ? loadScalar(scope, memory, place) : loadVector(scope, memory, load.type, place);
}

/** One element for all lanes; null where there is no instruction that loads and splats. */
export function emitSplatLoad(scope: FunctionScope, load: Load, emit: EmitExpr): Ref | null {
  const { pointer: memory } = pointerType(load.pointer);
  const bytes = memoryBytes(memory);
  if (bytes < 4) return null;
  const { base, offset } = placeOf(scope, load.pointer, load.offset, emit);
  return scope.module.v128[bytes === 4 ? 'load32_splat' : 'load64_splat'](offset, 1, base);
}

export function emitStore(scope: FunctionScope, pointer: Expr, offset: number, value: Expr, emit: EmitExpr): Ref {
  const { pointer: memory } = pointerType(pointer);
  const place = placeOf(scope, pointer, offset, emit);
  const type = valueType(value);
  return type.lanes === 1
    ? storeScalar(scope, memory, place, emit(scope, value))
    : storeVector(scope, memory, place, type, emit(scope, value));
}

/** pointer + index, in bytes. */
export function emitAdvance(scope: FunctionScope, advance: Extract<Expr, { kind: 'advance' }>, emit: EmitExpr): Ref {
  const { base, offset } = placeOf(scope, advance, 0, emit, -Infinity);
  const { i32 } = scope.module;
  return offset === 0 ? base : i32.add(base, i32.const(offset));
}

/** Splits an address into what is computed and a constant. An immediate offset is unsigned. */
function placeOf(scope: FunctionScope, pointer: Expr, elements: number, emit: EmitExpr, lowest = 0): Place {
  const { i32 } = scope.module;
  const bytes = memoryBytes(pointerType(pointer).pointer);
  let offset = elements * bytes;
  const steps: Ref[] = [];
  let root = pointer;
  while (root.kind === 'advance') {
    if (root.index.kind === 'constant') offset += Number(root.index.value) * bytes;
    else steps.unshift(scaled(scope, root.index, bytes, emit));
    root = root.pointer;
  }
  const base = steps.reduce((sum, step) => i32.add(sum, step), emit(scope, root));
  return offset >= lowest ? { base, offset } : { base: i32.add(base, i32.const(offset)), offset: 0 };
}

/** index * bytes; a constant factor takes the bytes along. */
function scaled(scope: FunctionScope, index: Expr, bytes: number, emit: EmitExpr): Ref {
  const { i32 } = scope.module;
  if (bytes === 1) return emit(scope, index);
  if (index.kind === 'binary' && index.op === 'mul' && index.right.kind === 'constant') {
    return i32.mul(emit(scope, index.left), i32.const(Number(index.right.value) * bytes));
  }
  return i32.shl(emit(scope, index), i32.const(Math.log2(bytes)));
}

function loadScalar(scope: FunctionScope, memory: MemoryType, { base, offset }: Place): Ref {
  const { module } = scope;
  switch (memory) {
    case 'i8':
      return module.i32.load8_s(offset, 1, base);
    case 'bool':
    case 'u8':
      return module.i32.load8_u(offset, 1, base);
    case 'i16':
      return module.i32.load16_s(offset, 1, base);
    case 'u16':
      return module.i32.load16_u(offset, 1, base);
    case 'f16':
    case 'bf16':
      return halfToFloat(scope, memory, module.i32.load16_u(offset, 1, base));
    default:
      return module[machineOf(memory)].load(offset, 1, base);
  }
}

function loadVector(scope: FunctionScope, memory: MemoryType, type: RegisterType, place: Place): Ref {
  const { v128, i16x8, i32x4 } = scope.module;
  const { base, offset } = place;
  shapeOf(type);
  switch (memory) {
    case 'bool':
      return loadMask(scope, type, place);
    case 'i8':
      return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(offset, 1, base)));
    case 'u8':
      return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(offset, 1, base)));
    case 'i16':
      return v128.load16x4_s(offset, 1, base);
    case 'u16':
      return v128.load16x4_u(offset, 1, base);
    case 'f16':
    case 'bf16':
      return halvesToFloats(scope, memory, v128.load16x4_u(offset, 1, base));
    default:
      return v128.load(offset, 1, base);
  }
}

/** Bytes 0 and 1 become lanes without and with all bits. */
function loadMask(scope: FunctionScope, type: RegisterType, { base, offset }: Place): Ref {
  const { v128, i16x8, i32x4, i32 } = scope.module;
  if (type.lanes === 4) {
    const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(offset, 1, base)));
    return i32x4.ne(bytes, splatI32(scope.module, 0));
  }
  const address = scope.share(base, 'i32');
  return packLanes(scope, type, [i32.load8_u(offset, 1, address.first), i32.load8_u(offset + 1, 1, address.again())]);
}

function storeScalar(scope: FunctionScope, memory: MemoryType, { base, offset }: Place, value: Ref): Ref {
  const { module } = scope;
  switch (memory) {
    case 'bool':
    case 'i8':
    case 'u8':
      return module.i32.store8(offset, 1, base, value);
    case 'i16':
    case 'u16':
      return module.i32.store16(offset, 1, base, value);
    case 'f16':
    case 'bf16':
      return module.i32.store16(offset, 1, base, floatToHalf(scope, memory, value));
    default:
      return module[machineOf(memory)].store(offset, 1, base, value);
  }
}

const LOW_BYTES = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12];
const LOW_WORDS = [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13];

function storeVector(scope: FunctionScope, memory: MemoryType, place: Place, type: RegisterType, value: Ref): Ref {
  const { v128 } = scope.module;
  const { base, offset } = place;
  shapeOf(type);
  switch (memory) {
    case 'bool':
      return storeMask(scope, type, place, value);
    case 'i8':
    case 'u8':
      return v128.store32_lane(offset, 1, 0, base, gather(scope, value, LOW_BYTES));
    case 'i16':
    case 'u16':
      return v128.store64_lane(offset, 1, 0, base, gather(scope, value, LOW_WORDS));
    case 'f16':
    case 'bf16':
      return v128.store64_lane(offset, 1, 0, base, gather(scope, floatsToHalves(scope, memory, value), LOW_WORDS));
    default:
      return v128.store(offset, 1, base, value);
  }
}

function storeMask(scope: FunctionScope, type: RegisterType, { base, offset }: Place, value: Ref): Ref {
  const { module } = scope;
  const { v128, i32 } = module;
  if (type.lanes === 4) return v128.store32_lane(offset, 1, 0, base, gather(scope, v128.and(value, splatI32(module, 1)), LOW_BYTES));
  const address = scope.share(base, 'i32');
  const mask = scope.share(value, 'v128');
  return module.block(null, [
    i32.store8(offset, 1, address.first, extractLane(scope, type, mask.first, 0)),
    i32.store8(offset + 1, 1, address.again(), extractLane(scope, type, mask.again(), 1)),
  ]);
}

function gather(scope: FunctionScope, value: Ref, bytes: readonly number[]): Ref {
  return scope.module.i8x16.shuffle(value, vectorConstant(scope.module, { scalar: 'i32', lanes: 4 }, [0, 0, 0, 0]), bytes);
}
