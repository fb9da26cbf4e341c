// What a gradient rule is: it turns the cotangents of a primitive's results into those of its operands, in the same vocabulary.
import type { Graph, TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { PrimitiveName, PrimitiveParams } from './params.ts';

/** A cotangent, or null where nothing that is differentiated depends on the value. */
export type Cotangent<T> = T | null;

/** One use of a primitive, seen from behind. */
export interface GradientContext<P extends PrimitiveName, T extends TensorType> {
  readonly lax: Lax<T>;
  readonly params: PrimitiveParams[P];
  readonly inputs: readonly T[];
  /** The results of the use, there to be used again: the derivative of exp is its result. */
  readonly outputs: readonly T[];
  /** One per result, of its type; at least one is not null. */
  readonly cotangents: readonly Cotangent<T>[];
  /** Which operands lead to something that is differentiated; cotangents of others are ignored. */
  readonly needed: readonly boolean[];
  readonly graphs: NestedGraphs<T>;
}

/** What the rules of control flow need besides: nested graphs as functions on tensors. */
export interface NestedGraphs<T extends TensorType> {
  /** Applies a graph's nodes to tensors. */
  instantiate(graph: Graph, inputs: readonly T[]): T[];
  /** Runs `body` on placeholders; what it reads from outside becomes further inputs of the graph, fed by `captured`. */
  trace(
    name: string,
    inputs: readonly TensorType[],
    body: (inputs: readonly T[]) => readonly T[],
  ): { readonly graph: Graph; readonly captured: readonly T[] };
  /** The cotangents of `targets` for given ones of `outputs`. */
  pullBack(outputs: readonly T[], cotangents: readonly Cotangent<T>[], targets: readonly T[]): Cotangent<T>[];
  /**
   * Puts another use of a primitive in place of the one that is differentiated: its first results stand for the old ones, the
   * others come back.
   */
  replace<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], inputs: readonly T[]): T[];
}

/** The cotangents of the operands: null for those that have none or are not needed. Cotangents have their operand's type. */
export type GradientRule<P extends PrimitiveName> = <T extends TensorType>(context: GradientContext<P, T>) => readonly Cotangent<T>[];

export type Gradient<P extends PrimitiveName> = GradientRule<P> | 'none';

export interface UnaryContext<T extends TensorType> {
  readonly lax: Lax<T>;
  readonly x: T;
  readonly result: T;
  readonly cotangent: T;
}

export interface BinaryContext<T extends TensorType> extends UnaryContext<T> {
  readonly y: T;
}

/** The rule of an elementwise primitive of one operand. */
export type UnaryGradient = (<T extends TensorType>(context: UnaryContext<T>) => T) | 'none';

/** The rule of an elementwise primitive of two operands. */
export type BinaryGradient = (<T extends TensorType>(context: BinaryContext<T>) => readonly [Cotangent<T>, Cotangent<T>]) | 'none';
