// Evaluates one primitive on host arrays, with its type rule, for tests of values.
import { allocate, type DType } from '../../compiler/ir/dtype.ts';
import { evaluateNode } from '../../compiler/ir/execute.ts';
import { decodeFloat, encodeFloat } from '../../compiler/ir/float16.ts';
import type { Node } from '../../compiler/ir/graph.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { PRIMITIVES } from '../../compiler/ir/primitives/index.ts';
import type { PrimitiveName, PrimitiveParams } from '../../compiler/ir/primitives/params.ts';
import type { Primitive } from '../../compiler/ir/primitives/primitive.ts';
import type { Shape } from '../../compiler/ir/shape.ts';

/** An array from plain numbers or bigints. */
export function array(dtype: DType, shape: Shape, elements: readonly (number | bigint)[]): NDArray {
  const data = allocate(dtype, elements.length);
  elements.forEach((element, index) => {
    const isFloat16 = dtype === 'float16' || dtype === 'bfloat16';
    data[index] = (isFloat16 ? encodeFloat(dtype, Number(element)) : element) as never;
  });
  return { dtype, shape, data };
}

export const f32 = (shape: Shape, elements: readonly number[]): NDArray => array('float32', shape, elements);
export const i32 = (shape: Shape, elements: readonly number[]): NDArray => array('int32', shape, elements);

/** The elements as numbers or bigints, 16-bit floats decoded. */
export function elements({ dtype, data }: NDArray): (number | bigint)[] {
  const stored = Array.from(data as Float32Array) as (number | bigint)[];
  return dtype === 'float16' || dtype === 'bfloat16' ? stored.map((bits) => decodeFloat(dtype, Number(bits))) : stored;
}

/** All results of a primitive. */
export function evaluateAll<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], ...inputs: readonly NDArray[]): readonly NDArray[] {
  const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
  const values = inputs.map(({ dtype, shape }, id) => ({ id, type: { dtype, shape } }));
  const outputs = primitive.infer(inputs, params).map((type, index) => ({ id: values.length + index, type }));
  const results = evaluateNode({ op, params, inputs: values, outputs, scope: '' } as unknown as Node, inputs);
  for (const [index, { dtype, shape, data }] of results.entries()) {
    const type = outputs[index]?.type;
    if (dtype !== type?.dtype || shape.join() !== type.shape.join() || data.constructor !== allocate(dtype, 0).constructor) {
      throw new Error(`${op}: the value is of another type than the rule says`);
    }
  }
  return results;
}

/** The only result of a primitive. */
export function evaluate<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], ...inputs: readonly NDArray[]): NDArray {
  return evaluateAll(op, params, ...inputs)[0] as NDArray;
}
