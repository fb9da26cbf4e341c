// Constant folding: a node whose operands are known is replaced by its value, computed by the reference.
import { executeReference } from '../../ir/execute.ts';
import type { Value } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { PRIMITIVES } from '../../ir/primitives/index.ts';
import type { PrimitiveName, PrimitiveParams } from '../../ir/primitives/params.ts';
import type { Primitive } from '../../ir/primitives/primitive.ts';
import { elementCount } from '../../ir/shape.ts';
import type { GraphBuilder } from '../graph-builder.ts';

/** Broadcasts and iotas stay symbolic: their value is cheaper to make than to store. */
const KEPT: ReadonlySet<PrimitiveName> = new Set(['constant', 'broadcast', 'iota']);
/** Control flow may not end, or may take longer than the program it is folded into. */
const NEVER: ReadonlySet<PrimitiveName> = new Set(['cond', 'while', 'scan']);
/** Results up to this many elements may grow beyond their operands. */
const SMALL = 4096;

/** The results as constants, or undefined where an operand is not known or the result would cost more than the work. */
export function foldConstant<P extends PrimitiveName>(
  op: P,
  params: PrimitiveParams[P],
  inputs: readonly Value[],
  builder: GraphBuilder,
): readonly Value[] | undefined {
  if (KEPT.has(op) || NEVER.has(op) || inputs.length === 0) return undefined;
  const values: NDArray[] = [];
  let largest = SMALL;
  for (const input of inputs) {
    const value = knownValue(input, builder);
    if (!value) return undefined;
    values.push(value.array);
    largest = Math.max(largest, value.stored);
  }
  const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
  const types = primitive.infer(
    inputs.map((input) => input.type),
    params,
  );
  if (types.some((type) => elementCount(type.shape) > largest)) return undefined;
  return primitive.evaluate(values, params, types, executeReference).map((value) => builder.constant(value));
}

/** A constant or the broadcast of one, with the number of elements that are stored for it. */
function knownValue(value: Value, builder: GraphBuilder): { array: NDArray; stored: number } | undefined {
  const constant = builder.producedBy(value, 'constant');
  if (constant) return { array: constant.params.value, stored: elementCount(value.type.shape) };
  const broadcast = builder.producedBy(value, 'broadcast');
  if (!broadcast) {
    const iota = builder.producedBy(value, 'iota');
    return iota ? evaluated(iota.op, iota.params, [], value) : undefined;
  }
  const source = builder.producedBy(broadcast.inputs[0] as Value, 'constant');
  if (!source || elementCount(value.type.shape) > 1 << 24) return undefined;
  const known = evaluated(broadcast.op, broadcast.params, [source.params.value], value);
  return { array: known.array, stored: elementCount(source.params.value.shape) };
}

function evaluated<P extends PrimitiveName>(
  op: P,
  params: PrimitiveParams[P],
  inputs: readonly NDArray[],
  output: Value,
): { array: NDArray; stored: number } {
  const primitive = PRIMITIVES[op] as unknown as Primitive<P>;
  return { array: primitive.evaluate(inputs, params, [output.type], executeReference)[0] as NDArray, stored: 0 };
}
