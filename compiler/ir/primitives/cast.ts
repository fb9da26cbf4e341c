// cast: the same value in another dtype. Floats truncate toward zero, saturate at the integer type's bounds, and NaN
// becomes 0, so that every machine agrees where NumPy leaves the result open; integers wrap; to bool is `!= 0`.
import { allocate, type DType, is64BitInteger, isDType, isFloat } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray, type WideArray } from '../reference/elements.ts';
import { largest, smallest } from '../reference/monoids.ts';
import { elementwiseBatchAxes } from './common-batch-axis.ts';
import type { Primitive } from './primitive.ts';
import { elementwiseCost } from './traffic.ts';
import { operands, typeError } from './type-rules.ts';

export const cast: Primitive<'cast'> = {
  name: 'cast',
  infer(inputs, { dtype }) {
    const [x] = operands('cast', inputs, 1);
    if (!isDType(dtype)) throw typeError('cast', `unknown dtype ${String(dtype)}.`);
    return [{ dtype, shape: x.shape }];
  },
  evaluate(inputs, { dtype }) {
    const [x] = operands<NDArray>('cast', inputs, 1);
    return [castArray(x, dtype)];
  },
  cost: (inputs, _params, outputs) => elementwiseCost(inputs, outputs),
  gradient: ({ lax, inputs: [x], cotangents: [cotangent] }) => [x && cotangent ? lax.cast(cotangent, x.dtype) : null],
  batchAxes: elementwiseBatchAxes,
};

/** The values of `x` as `dtype`. */
export function castArray(x: NDArray, dtype: DType): NDArray {
  const type: TensorType = { dtype, shape: x.shape };
  const source = readElements(x);
  if (dtype === 'bool') return { ...type, data: Uint8Array.from(source as NumberArray, (element) => (Number(element) === 0 ? 0 : 1)) };
  const isWide = is64BitInteger(x.dtype);
  if (is64BitInteger(dtype)) {
    const target = allocate(dtype, source.length) as WideArray;
    if (isWide) target.set(source as WideArray);
    else fillWide(source as NumberArray, target, BigInt(smallest(dtype)), BigInt(largest(dtype)));
    return { ...type, data: target };
  }
  const target = resultArray(type) as NumberArray;
  if (isWide) narrow(source as WideArray, target, isFloat(dtype));
  else if (isFloat(x.dtype) && !isFloat(dtype)) saturate(source as NumberArray, target, Number(smallest(dtype)), Number(largest(dtype)));
  else target.set(source as NumberArray);
  return toNDArray(type, target);
}

function saturate(source: NumberArray, target: NumberArray, low: number, high: number): void {
  for (let index = 0; index < target.length; index++) {
    const x = source[index] as number;
    // Storing NaN in an integer array gives 0.
    target[index] = x < low ? low : x > high ? high : x;
  }
}

function fillWide(source: NumberArray, target: WideArray, low: bigint, high: bigint): void {
  for (let index = 0; index < target.length; index++) {
    const x = source[index] as number;
    if (x !== x) target[index] = 0n;
    else if (x >= Number(high)) target[index] = high;
    // Unsigned targets wrap negative integers but saturate negative floats.
    else if (x < Number(low)) target[index] = source instanceof Float32Array || source instanceof Float64Array ? low : BigInt(x);
    else target[index] = BigInt(Math.trunc(x));
  }
}

function narrow(source: WideArray, target: NumberArray, toFloat: boolean): void {
  for (let index = 0; index < target.length; index++) {
    const x = source[index] as bigint;
    target[index] = toFloat ? Number(x) : Number(BigInt.asIntN(32, x));
  }
}
