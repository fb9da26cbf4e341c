// The graph: SSA values with static types, produced by primitives, named after the layers they came from.
import type { DType } from './dtype.ts';
import type { NDArray } from './ndarray.ts';
import type { PrimitiveName, PrimitiveParams } from './primitives/params.ts';
import type { Shape } from './shape.ts';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** One SSA value. Identity is the object; `id` is for printing and is unique in its graph. */
export interface Value {
  readonly id: number;
  readonly type: TensorType;
  /** A user's name for it, where there is one (model inputs and outputs). */
  readonly name?: string;
}

export type Node = { [P in PrimitiveName]: NodeOf<P> }[PrimitiveName];

export interface NodeOf<P extends PrimitiveName> {
  readonly op: P;
  readonly params: PrimitiveParams[P];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Path of the layer whose `call` made this node, for names and messages: `block3/conv1`. */
  readonly scope: string;
}

/** A weight: a graph input whose value is known when the program is built. */
export interface Parameter {
  readonly value: Value;
  /** The variable's Keras path, unique in the graph. */
  readonly path: string;
  readonly data: NDArray;
  readonly trainable: boolean;
}

/** A variable's next value, computed by the graph (moving statistics, seed states). */
export interface Update {
  readonly path: string;
  readonly value: Value;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly parameters: readonly Parameter[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
  readonly updates: readonly Update[];
}
