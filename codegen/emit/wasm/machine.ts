// How Kernel IR's types stand in WebAssembly: scalars as its four number types, 16-byte vectors as v128.
import binaryen from 'binaryen';
import { isPointer } from '../../kernel-ir/build.ts';
import type { KernelType, RegisterScalar, RegisterType } from '../../kernel-ir/types.ts';

export type Ref = binaryen.ExpressionRef;
export type WasmModule = binaryen.Module;
export type Machine = 'i32' | 'i64' | 'f32' | 'f64';
export type Shape = 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';

const MACHINES: Record<RegisterScalar, Machine> = {
  bool: 'i32',
  i32: 'i32',
  u32: 'i32',
  index: 'i32',
  i64: 'i64',
  u64: 'i64',
  f32: 'f32',
  f64: 'f64',
};

export const machineOf = (scalar: RegisterScalar): Machine => MACHINES[scalar];
export const isUnsigned = (scalar: RegisterScalar): boolean => scalar === 'u32' || scalar === 'u64' || scalar === 'bool';
export const isFloat = (scalar: RegisterScalar): scalar is 'f32' | 'f64' => scalar === 'f32' || scalar === 'f64';

/** The instruction family of a vector; a mask has as many bits a lane as the values it selects. */
export function shapeOf({ scalar, lanes }: RegisterType): Shape {
  if (scalar === 'bool' && lanes === 2) return 'i64x2';
  const machine = MACHINES[scalar];
  if (lanes * (machine.endsWith('64') ? 8 : 4) !== 16) throw new Error(`kerasc bug: WebAssembly has no vector ${scalar}x${lanes}`);
  return `${machine}x${lanes}` as Shape;
}

/** A pointer is a byte address. */
export function wasmType(type: KernelType): binaryen.Type {
  if (isPointer(type)) return binaryen.i32;
  if (type.lanes === 1) return binaryen[MACHINES[type.scalar]];
  shapeOf(type);
  return binaryen.v128;
}

export function scalarConstant(module: WasmModule, scalar: RegisterScalar, value: number | bigint): Ref {
  switch (MACHINES[scalar]) {
    case 'i32':
      return module.i32.const(Number(BigInt.asIntN(32, BigInt(value))));
    case 'i64':
      return module.i64.const(BigInt.asIntN(64, BigInt(value)));
    case 'f32':
      return floatConstant(module, Number(value));
    case 'f64':
      return module.f64.const(Number(value));
  }
}

/** binaryen would keep a NaN's payload as JavaScript happens to hold it: give the canonical one, so that bytes are stable. */
function floatConstant(module: WasmModule, value: number): Ref {
  return Number.isNaN(value) ? module.f32.const_bits(0x7fc00000) : module.f32.const(value);
}

/** The 16 bytes of a constant vector. */
export function vectorConstant(module: WasmModule, type: RegisterType, values: readonly (number | bigint)[]): Ref {
  const shape = shapeOf(type);
  const bytes = new DataView(new ArrayBuffer(16));
  values.forEach((value, lane) => {
    const bits = type.scalar === 'bool' && Number(value) ? -1 : value;
    if (shape === 'f32x4') bytes.setFloat32(lane * 4, Number(bits), true);
    else if (shape === 'f64x2') bytes.setFloat64(lane * 8, Number(bits), true);
    else if (shape === 'i32x4') bytes.setInt32(lane * 4, Number(BigInt.asIntN(32, BigInt(bits))), true);
    else bytes.setBigInt64(lane * 8, BigInt.asIntN(64, BigInt(bits)), true);
  });
  return module.v128.const(new Uint8Array(bytes.buffer));
}

/** A vector of one integer constant in 32-bit lanes. */
export const splatI32 = (module: WasmModule, value: number): Ref =>
  vectorConstant(module, { scalar: 'i32', lanes: 4 }, [value, value, value, value]);

interface RawBuilder {
  _BinaryenSIMDTernary(module: number, op: number, a: Ref, b: Ref, c: Ref): Ref;
  _BinaryenRelaxedMaddVecF32x4(): number;
  _BinaryenRelaxedMaddVecF64x2(): number;
}

/** a * b + c, rounded once or twice as the machine does it best. binaryen's typed interface has no relaxed operations. */
export function relaxedMadd(module: WasmModule, shape: 'f32x4' | 'f64x2', a: Ref, b: Ref, c: Ref): Ref {
  const raw = binaryen as unknown as RawBuilder;
  const op = shape === 'f32x4' ? raw._BinaryenRelaxedMaddVecF32x4() : raw._BinaryenRelaxedMaddVecF64x2();
  return raw._BinaryenSIMDTernary(module.ptr, op, a, b, c);
}
