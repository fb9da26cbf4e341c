// The error for using a tracer where a number is needed.
import type { Tensor } from './tensor.ts';

/** Keras's TypeError for a symbolic tensor in a place that needs its value. */
export function symbolicValueError(tensor: Tensor): TypeError {
  return new TypeError(
    'A symbolic tensor has no value while a model is being traced: it cannot be used as a boolean, a number or an array. ' +
      `Received a tensor of shape [${tensor.shape.join(', ')}] and dtype ${tensor.dtype}. ` +
      'Use ops.where, ops.cond or ops.whileLoop instead of if and while on tensors.',
  );
}
