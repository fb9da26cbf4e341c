// What a primitive is: its type rule, its value, its cost, and how a batch axis passes through it.
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { PrimitiveName, PrimitiveParams } from './params.ts';

/** Floating-point operations (a multiply-add is two) and bytes read and written once. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

export interface Primitive<P extends PrimitiveName = PrimitiveName> {
  readonly name: P;
  /** Result types; throws ValueError on operands that do not fit. */
  infer(inputs: readonly TensorType[], params: PrimitiveParams[P]): readonly TensorType[];
  /** The value by plain loops: the oracle of every test. Floats are computed in double and rounded to the dtype. */
  evaluate(inputs: readonly NDArray[], params: PrimitiveParams[P], outputs: readonly TensorType[]): readonly NDArray[];
  cost(inputs: readonly TensorType[], params: PrimitiveParams[P], outputs: readonly TensorType[]): Cost;
  /**
   * Given the axis of each operand along which samples are independent (null: the operand is the same for all
   * samples), the axis of each result with that property, or undefined where samples mix. Absent: samples mix.
   */
  batchAxes?(axes: readonly (number | null)[], inputs: readonly TensorType[], params: PrimitiveParams[P], outputs: readonly TensorType[]): readonly number[] | undefined;
}
