// Makes elementwise primitives from scalar functions: type rule, evaluation, cost and batch rule are the same for all.
import { type DType, is64BitInteger, isFloat } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray, type WideArray } from '../reference/elements.ts';
import { integerBits } from '../reference/monoids.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { BinaryGradient, Gradient, GradientContext, UnaryGradient } from './gradient.ts';
import type { BinaryName, UnaryName } from './params.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, requireSameTypes, typeError } from './type-rules.ts';

/** The function on one element, for each class of dtypes that the primitive takes. Storing the result wraps or rounds it. */
export interface UnaryFunctions {
  readonly float?: (x: number) => number;
  /** Integers of up to 32 bits. */
  readonly integer?: (x: number) => number;
  /** 64-bit integers. */
  readonly wide?: (x: bigint) => bigint;
  /** 0 or 1. */
  readonly bool?: (x: number) => number;
}

/** As `UnaryFunctions`; the functions also get the dtype (floats) or its width (integers). */
export interface BinaryFunctions {
  readonly float?: (x: number, y: number, dtype: DType) => number;
  readonly integer?: (x: number, y: number, bits: number) => number;
  readonly wide?: (x: bigint, y: bigint) => bigint;
  readonly bool?: (x: number, y: number) => number;
  /** The same as `float` for a whole array: the commonest operations write their loop out, which is four times as fast. */
  readonly float32?: (x: Float32Array, y: Float32Array, result: Float32Array) => void;
}

/** An elementwise primitive of one operand. */
export function unaryPrimitive<P extends UnaryName>(name: P, functions: UnaryFunctions, gradient: UnaryGradient): Primitive<P> {
  return {
    name,
    infer(inputs) {
      const [x] = operands(name, inputs, 1);
      requireDomain(name, functions, x);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    evaluate([x], _params, [type]) {
      return [evaluateUnary(functions, x as NDArray, type as TensorType)];
    },
    cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
    gradient: unaryRule(gradient) as Gradient<P>,
    batchAxes: elementwiseBatchAxes,
  } as Primitive<P>;
}

/** An elementwise primitive of two operands of one type. */
export function binaryPrimitive<P extends BinaryName>(name: P, functions: BinaryFunctions, gradient: BinaryGradient): Primitive<P> {
  return {
    name,
    infer(inputs) {
      const [x] = operands(name, inputs, 2);
      requireSameTypes(name, inputs);
      requireDomain(name, functions, x);
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    evaluate([x, y], _params, [type]) {
      return [evaluateBinary(functions, x as NDArray, y as NDArray, type as TensorType)];
    },
    cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
    gradient: binaryRule(gradient) as Gradient<P>,
    batchAxes: elementwiseBatchAxes,
  } as Primitive<P>;
}

function unaryRule(gradient: UnaryGradient): Gradient<UnaryName> {
  if (gradient === 'none') return 'none';
  return <T extends TensorType>({ lax, inputs, outputs, cotangents }: GradientContext<UnaryName, T>) => [
    gradient({ lax, x: inputs[0] as T, result: outputs[0] as T, cotangent: cotangents[0] as T }),
  ];
}

function binaryRule(gradient: BinaryGradient): Gradient<BinaryName> {
  if (gradient === 'none') return 'none';
  return <T extends TensorType>({ lax, inputs, outputs, cotangents }: GradientContext<BinaryName, T>) =>
    gradient({ lax, x: inputs[0] as T, y: inputs[1] as T, result: outputs[0] as T, cotangent: cotangents[0] as T });
}

type DTypeClass = keyof UnaryFunctions;

function classOf(dtype: DType): DTypeClass {
  if (isFloat(dtype)) return 'float';
  if (dtype === 'bool') return 'bool';
  return is64BitInteger(dtype) ? 'wide' : 'integer';
}

const CLASS_NAMES = [
  ['float', 'floating-point'],
  ['integer', 'integer'],
  ['bool', 'bool'],
] as const;

function requireDomain(name: UnaryName | BinaryName, functions: UnaryFunctions | BinaryFunctions, type: TensorType): void {
  if (functions[classOf(type.dtype)]) return;
  const accepted = CLASS_NAMES.filter(([key]) => functions[key]).map(([, label]) => label);
  throw typeError(name, `expected ${accepted.join(' or ')} operands (cast them first).`, [type]);
}

function evaluateUnary(functions: UnaryFunctions, x: NDArray, type: TensorType): NDArray {
  const source = readElements(x);
  const target = resultArray(type);
  const dtypeClass = classOf(x.dtype);
  if (dtypeClass === 'wide') {
    mapWide(functions.wide as MapWide, source as WideArray, target as WideArray);
    return toNDArray(type, target);
  }
  const apply = functions[dtypeClass] as MapNumber;
  if (source instanceof Float32Array && target instanceof Float32Array) mapFloat32(apply, source, target);
  else mapNumbers(apply, source as NumberArray, target as NumberArray);
  return toNDArray(type, target);
}

function evaluateBinary(functions: BinaryFunctions, x: NDArray, y: NDArray, type: TensorType): NDArray {
  const a = readElements(x);
  const b = readElements(y);
  const target = resultArray(type);
  const dtypeClass = classOf(x.dtype);
  if (dtypeClass === 'wide') {
    zipWide(functions.wide as ZipWide, a as WideArray, b as WideArray, target as WideArray);
    return toNDArray(type, target);
  }
  const apply = functions[dtypeClass] as ZipNumber;
  const extra = dtypeClass === 'integer' ? integerBits(x.dtype) : x.dtype;
  if (a instanceof Float32Array && b instanceof Float32Array && target instanceof Float32Array) {
    if (functions.float32) functions.float32(a, b, target);
    else zipFloat32(apply, a, b, target, extra);
  } else zipNumbers(apply, a as NumberArray, b as NumberArray, target as NumberArray, extra);
  return toNDArray(type, target);
}

type MapNumber = (x: number) => number;
type MapWide = (x: bigint) => bigint;
type ZipNumber = (x: number, y: number, extra: unknown) => number;
type ZipWide = (x: bigint, y: bigint) => bigint;

// The same loop for each class of arrays, so that each sees few array types and the engine compiles it well.

function mapFloat32(apply: MapNumber, source: Float32Array, target: Float32Array): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(source[index] as number);
}

function mapNumbers(apply: MapNumber, source: NumberArray, target: NumberArray): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(source[index] as number);
}

function mapWide(apply: MapWide, source: WideArray, target: WideArray): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(source[index] as bigint);
}

function zipFloat32(apply: ZipNumber, a: Float32Array, b: Float32Array, target: Float32Array, extra: unknown): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(a[index] as number, b[index] as number, extra);
}

function zipNumbers(apply: ZipNumber, a: NumberArray, b: NumberArray, target: NumberArray, extra: unknown): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(a[index] as number, b[index] as number, extra);
}

function zipWide(apply: ZipWide, a: WideArray, b: WideArray, target: WideArray): void {
  for (let index = 0; index < target.length; index++) target[index] = apply(a[index] as bigint, b[index] as bigint);
}
