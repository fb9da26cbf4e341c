// The bits of an element as another type of the same size. Registers hold float16 and bfloat16 as float32, so their bits are made by
// arithmetic: scaling by 2^112 turns the exponent of one format into that of the other, subnormal numbers included.
import type { Block } from '../kernel-ir/block.ts';
import { binary, bitcast, compare, constant, convert, mul, narrow, registerFor, select, unary, valueType } from '../kernel-ir/build.ts';
import type { Expr, MemoryType, RegisterScalar } from '../kernel-ir/types.ts';

export function bitcastElement(block: Block, value: Expr, from: MemoryType, to: MemoryType): Expr {
  const [source, target] = [registerFor(from).scalar, registerFor(to).scalar];
  if (from === to) return value;
  if (source === from && target === to) return bitcast(value, target);
  const bits = source === 'f32' ? floatBits(block, block.bind(value), from) : convert(value, 'u32');
  const unsigned = block.bind(binary('and', bits, number(narrowMask(from), bits, 'u32')));
  return target === 'f32' ? floatOfBits(block, unsigned, to) : narrow(convert(unsigned, target), to);
}

const narrowMask = (type: MemoryType): number => (type === 'i8' || type === 'u8' ? 0xff : 0xffff);
const number = (value: number, like: Expr, scalar: RegisterScalar): Expr => constant(value, { scalar, lanes: valueType(like).lanes });

const shift = (op: 'shl' | 'shr', bits: Expr, by: number): Expr => binary(op, bits, number(by, bits, 'u32'));

function floatBits(block: Block, value: Expr, from: MemoryType): Expr {
  if (from === 'bf16') return shift('shr', bitcast(value, 'u32'), 16);
  const sign = binary('and', shift('shr', bitcast(value, 'u32'), 16), number(0x8000, value, 'u32'));
  const magnitude = block.bind(unary('abs', value));
  const finite = shift('shr', bitcast(mul(magnitude, number(2 ** -112, value, 'f32')), 'u32'), 13);
  const isFinite = compare('lt', magnitude, number(Number.POSITIVE_INFINITY, value, 'f32'));
  const isNumber = compare('eq', value, value);
  const limits = select(isNumber, number(0x7c00, value, 'u32'), number(0x7e00, value, 'u32'));
  return binary('or', sign, select(isFinite, finite, limits));
}

function floatOfBits(block: Block, bits: Expr, to: MemoryType): Expr {
  if (to === 'bf16') return bitcast(shift('shl', bits, 16), 'f32');
  const magnitude = block.bind(binary('and', bits, number(0x7fff, bits, 'u32')));
  const finite = bitcast(mul(bitcast(shift('shl', magnitude, 13), 'f32'), number(2 ** 112, bits, 'f32')), 'u32');
  const limits = binary('or', shift('shl', magnitude, 13), number(0x7f800000, bits, 'u32'));
  const isFinite = compare('lt', magnitude, number(0x7c00, bits, 'u32'));
  const sign = shift('shl', binary('and', bits, number(0x8000, bits, 'u32')), 16);
  return bitcast(binary('or', sign, select(isFinite, finite, limits)), 'f32');
}
