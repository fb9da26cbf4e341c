// Costs that most primitives share: every operand read once, every result written once.
import { bytesPerElement } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import { elementCount } from '../shape.ts';
import type { Cost } from './primitive.ts';

export const countElements = (types: readonly TensorType[]): number => types.reduce((sum, type) => sum + elementCount(type.shape), 0);

export const countBytes = (types: readonly TensorType[]): number =>
  types.reduce((sum, type) => sum + elementCount(type.shape) * bytesPerElement(type.dtype), 0);

/** The cost of moving data without arithmetic. */
export function movementCost(inputs: readonly TensorType[], outputs: readonly TensorType[]): Cost {
  return { flops: 0, bytes: countBytes(inputs) + countBytes(outputs) };
}

/** One operation per element of the results. */
export function elementwiseCost(inputs: readonly TensorType[], outputs: readonly TensorType[]): Cost {
  return { flops: countElements(outputs), bytes: countBytes(inputs) + countBytes(outputs) };
}
