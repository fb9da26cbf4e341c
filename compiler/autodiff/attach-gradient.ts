// Gives results a gradient of their own, in place of the one that the applications behind them have.
import { formatShape, ValueError } from '../errors/index.ts';
import { isFloat } from '../ir/dtype.ts';
import type { Cotangent } from '../ir/primitives/gradient.ts';
import { sameShape } from '../ir/shape.ts';
import { lax } from '../trace/lax.ts';
import type { Tensor } from '../trace/tensor.ts';
import { traceClosure } from '../trace/trace.ts';

/** What a gradient is computed from: placeholders for the operands, and the cotangents of the float results. */
export type Backward = (operands: readonly Tensor[], cotangents: readonly Tensor[]) => readonly (Cotangent<Tensor> | undefined)[];

/** The results as new tensors, whose cotangents go to `operands` by way of `backward` and nowhere else. */
export function attachGradient(operands: readonly Tensor[], results: readonly Tensor[], backward: Backward): Tensor[] {
  const connected: number[] = [];
  const own = operands.length + results.length;
  const types = [...operands, ...results, ...results.filter(({ dtype }) => isFloat(dtype))];
  const { graph, captured } = traceClosure('gradient', types, (...tensors) => {
    const found = backward(tensors.slice(0, operands.length), tensors.slice(own));
    return operands.flatMap((operand, index) => {
      const cotangent = found[index];
      if (!cotangent || !isFloat(operand.dtype)) return [];
      connected.push(index);
      return [fitted(cotangent, operand, index)];
    });
  });
  const params = { operands: operands.length, results: results.length, connected, backward: graph };
  return lax.custom_gradient(params, [...operands, ...results, ...captured]);
}

function fitted(cotangent: Tensor, operand: Tensor, index: number): Tensor {
  if (sameShape(cotangent.shape, operand.shape)) return lax.cast(cotangent, operand.dtype);
  throw new ValueError(
    `A custom gradient must have the shape of the argument that it belongs to. Argument ${index} has shape ` +
      `${formatShape(operand.shape)}. Received: a gradient of shape ${formatShape(cotangent.shape)}`,
    { code: 'gradient-shape', cure: 'Sum over the axes along which the argument is broadcast.' },
  );
}
