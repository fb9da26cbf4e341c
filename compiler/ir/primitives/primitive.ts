// What a primitive is: its type rule, its value, its cost, and how a batch axis passes through it.
import type { Graph, TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { Gradient } from './gradient.ts';
import type { PrimitiveName, PrimitiveParams } from './params.ts';

/** Floating-point operations (a multiply-add is two) and bytes read and written once. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** Evaluates a nested graph (cond, while, scan): handed in, so that primitives need not know the executor. */
export type GraphEvaluator = (graph: Graph, inputs: readonly NDArray[]) => readonly NDArray[];

/** The axis of a value along which samples lie; null: the value is the same for all samples. */
export type BatchAxis = number | null;

export interface Primitive<P extends PrimitiveName = PrimitiveName> {
  readonly name: P;
  /** Result types; throws ValueError on operands that do not fit. */
  infer(inputs: readonly TensorType[], params: PrimitiveParams[P]): readonly TensorType[];
  /**
   * The value by plain loops: the oracle of every test. Floats are computed in double and rounded to the dtype.
   * Called through `evaluateNode`, which supplies `evaluateGraph`.
   */
  evaluate(
    inputs: readonly NDArray[],
    params: PrimitiveParams[P],
    outputs: readonly TensorType[],
    evaluateGraph: GraphEvaluator,
  ): readonly NDArray[];
  /** Called through `nodeCost`, which supplies `graphCost` for nested graphs. */
  cost(inputs: readonly TensorType[], params: PrimitiveParams[P], outputs: readonly TensorType[], graphCost: (graph: Graph) => Cost): Cost;
  /** How cotangents of the results become those of the operands, or `none` where no result changes smoothly with any operand. */
  readonly gradient: Gradient<P>;
  /**
   * Given the axis of each operand along which samples are independent (null: the operand is the same for all
   * samples), the axis of each result with that property, or undefined where samples mix. Absent: samples mix.
   */
  batchAxes?(
    axes: readonly BatchAxis[],
    inputs: readonly TensorType[],
    params: PrimitiveParams[P],
    outputs: readonly TensorType[],
  ): readonly BatchAxis[] | undefined;
}
