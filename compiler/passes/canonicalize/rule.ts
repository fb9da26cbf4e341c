// What a rewriting rule sees: the node about to be added, its operands in the new graph, and a way to add others instead.
import type { NodeOf, Value } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { PrimitiveName, PrimitiveParams } from '../../ir/primitives/params.ts';

export interface RuleContext {
  /** Adds a node after simplifying it in turn. */
  emit<P extends PrimitiveName>(op: P, params: PrimitiveParams[P], inputs: readonly Value[]): Value;
  constant(value: NDArray): Value;
  /** The node that makes a value of the new graph, if it is an `op`. */
  producedBy<P extends PrimitiveName>(value: Value, op: P): NodeOf<P> | undefined;
  /** The value of a constant. */
  constantOf(value: Value): NDArray | undefined;
  /** Nothing but the node at hand reads this value, so that changing its producer repeats no work. */
  hasOneUse(value: Value): boolean;
}

/** The replacement of the only result of a node, or undefined where the rule does not apply. */
export type Rule<P extends PrimitiveName> = (node: Pick<NodeOf<P>, 'params' | 'inputs'>, context: RuleContext) => Value | undefined;

export type RuleTable = { readonly [P in PrimitiveName]?: readonly Rule<P>[] };
