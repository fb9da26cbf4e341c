// Constructors for Kernel IR. They fill in types, fold constant index arithmetic, and check that operands fit.
import type {
  BinaryOp,
  CompareOp,
  Expr,
  KernelType,
  LaneReduction,
  LoopAxis,
  MemorySpace,
  MemoryType,
  PointerType,
  RegisterScalar,
  RegisterType,
  Statement,
  UnaryOp,
} from './types.ts';

export const INDEX: RegisterType = { scalar: 'index', lanes: 1 };
export const F32: RegisterType = { scalar: 'f32', lanes: 1 };

export const register = (scalar: RegisterScalar, lanes = 1): RegisterType => ({ scalar, lanes });
export const pointerTo = (memory: MemoryType, space: MemorySpace = 'global'): PointerType => ({ pointer: memory, space });
export const isPointer = (type: KernelType): type is PointerType => 'pointer' in type;

/** The register type that a load of this memory type gives. */
export function registerFor(memory: MemoryType, lanes = 1): RegisterType {
  switch (memory) {
    case 'i8':
    case 'i16':
      return { scalar: 'i32', lanes };
    case 'u8':
    case 'u16':
      return { scalar: 'u32', lanes };
    case 'f16':
    case 'bf16':
      return { scalar: 'f32', lanes };
    default:
      return { scalar: memory, lanes };
  }
}

const MEMORY_BYTES: Record<MemoryType, number> = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  f16: 2,
  bf16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
};
export const memoryBytes = (memory: MemoryType): number => MEMORY_BYTES[memory];

/** The register type of a value; throws on a pointer. */
export function valueType(expr: Expr): RegisterType {
  if (isPointer(expr.type)) throw new Error(`kerasc bug: a pointer stands where a value is needed (${expr.kind})`);
  return expr.type;
}

export function pointerType(expr: Expr): PointerType {
  if (!isPointer(expr.type)) throw new Error(`kerasc bug: a value stands where a pointer is needed (${expr.kind})`);
  return expr.type;
}

function sameTypes(what: string, a: Expr, b: Expr): RegisterType {
  const left = valueType(a);
  const right = valueType(b);
  if (left.scalar !== right.scalar || left.lanes !== right.lanes) {
    throw new Error(`kerasc bug: ${what} of ${left.scalar}x${left.lanes} and ${right.scalar}x${right.lanes}`);
  }
  return left;
}

export const constant = (value: number | bigint, type: RegisterType): Expr => ({ kind: 'constant', type, value });
export const index = (value: number): Expr => constant(value, INDEX);
export const local = (name: string, type: KernelType): Expr => ({ kind: 'local', type, name });
export const lanes = (scalar: RegisterScalar, count: number): Expr => ({ kind: 'lanes', type: register(scalar, count) });
export const unary = (op: UnaryOp, value: Expr): Expr => ({ kind: 'unary', type: valueType(value), op, value });

export function binary(op: BinaryOp, left: Expr, right: Expr): Expr {
  const type = sameTypes(op, left, right);
  return (type.scalar === 'index' ? foldIndex(op, left, right) : undefined) ?? { kind: 'binary', type, op, left, right };
}

export const add = (left: Expr, right: Expr): Expr => binary('add', left, right);
export const sub = (left: Expr, right: Expr): Expr => binary('sub', left, right);
export const mul = (left: Expr, right: Expr): Expr => binary('mul', left, right);
export const div = (left: Expr, right: Expr): Expr => binary('div', left, right);
/** index * constant */
export const scale = (value: Expr, factor: number): Expr => mul(value, index(factor));

export function mulAdd(a: Expr, b: Expr, c: Expr): Expr {
  sameTypes('mulAdd', a, b);
  return { kind: 'mulAdd', type: sameTypes('mulAdd', a, c), a, b, c };
}

export function compare(op: CompareOp, left: Expr, right: Expr): Expr {
  return { kind: 'compare', type: register('bool', sameTypes(op, left, right).lanes), op, left, right };
}

export function select(condition: Expr, onTrue: Expr, onFalse: Expr): Expr {
  return { kind: 'select', type: sameTypes('select', onTrue, onFalse), condition, onTrue, onFalse };
}

export function convert(value: Expr, scalar: RegisterScalar): Expr {
  const from = valueType(value);
  if (from.scalar === scalar) return value;
  return { kind: 'convert', type: register(scalar, from.lanes), value };
}

export const narrow = (value: Expr, to: MemoryType): Expr => ({ kind: 'narrow', type: valueType(value), to, value });
export const bitcast = (value: Expr, scalar: RegisterScalar): Expr => ({
  kind: 'bitcast',
  type: register(scalar, valueType(value).lanes),
  value,
});

export function splat(value: Expr, count: number): Expr {
  if (count === 1) return value;
  const { scalar } = valueType(value);
  return value.kind === 'constant'
    ? constant(value.value, register(scalar, count))
    : { kind: 'splat', type: register(scalar, count), value };
}

export const extract = (value: Expr, lane: number): Expr => ({ kind: 'extract', type: register(valueType(value).scalar), value, lane });
export const reduceLanes = (op: LaneReduction, value: Expr): Expr => ({
  kind: 'reduceLanes',
  type: register(valueType(value).scalar),
  op,
  value,
});

export function load(pointer: Expr, offset = 0, count = 1): Expr {
  return { kind: 'load', type: registerFor(pointerType(pointer).pointer, count), pointer, offset };
}

export function advance(pointer: Expr, by: Expr): Expr {
  const type = pointerType(pointer);
  return by.kind === 'constant' && Number(by.value) === 0 ? pointer : { kind: 'advance', type, pointer, index: by };
}

export const declare = (name: string, value: Expr): Statement => ({ kind: 'let', name, type: value.type, value });
export const assign = (name: string, value: Expr): Statement => ({ kind: 'assign', name, value });
export const store = (pointer: Expr, offset: number, value: Expr): Statement => ({ kind: 'store', pointer, offset, value });
export const call = (callee: string, args: readonly Expr[]): Statement => ({ kind: 'call', callee, args });
export const comment = (text: string): Statement => ({ kind: 'comment', text });

export function loop(
  name: string,
  from: number | Expr,
  to: number | Expr,
  body: readonly Statement[],
  step = 1,
  axis: LoopAxis = 'serial',
): Statement {
  const bound = (value: number | Expr): Expr => (typeof value === 'number' ? index(value) : value);
  return { kind: 'for', name, from: bound(from), to: bound(to), step, axis, body };
}

function foldIndex(op: BinaryOp, left: Expr, right: Expr): Expr | undefined {
  const a = left.kind === 'constant' ? Number(left.value) : undefined;
  const b = right.kind === 'constant' ? Number(right.value) : undefined;
  if (a !== undefined && b !== undefined) return foldConstants(op, a, b);
  if ((op === 'add' || op === 'sub') && b === 0) return left;
  if (op === 'add' && a === 0) return right;
  if ((op === 'mul' || op === 'div') && b === 1) return left;
  if (op === 'mul' && a === 1) return right;
  if (op === 'mul' && (a === 0 || b === 0)) return index(0);
  if (op === 'rem' && b === 1) return index(0);
  return undefined;
}

function foldConstants(op: BinaryOp, a: number, b: number): Expr | undefined {
  switch (op) {
    case 'add':
      return index(a + b);
    case 'sub':
      return index(a - b);
    case 'mul':
      return index(a * b);
    case 'div':
      return index(Math.trunc(a / b));
    case 'rem':
      return index(a % b);
    case 'min':
      return index(Math.min(a, b));
    case 'max':
      return index(Math.max(a, b));
    default:
      return undefined;
  }
}
