// Remembers what probabilities were made of: cross-entropies are computed from logits where there are any, as in Keras on TensorFlow.
// So a probability that rounds to 0 or 1 has a finite loss and a gradient, and the gradient is a difference of two tensors.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';
import { reduceAxes } from '../reductions.ts';

const logits = new WeakMap<Tensor, Tensor>();

/** Notes that `probabilities` are the sigmoid or softmax of `from`. */
export function rememberLogits(probabilities: Tensor, from: Tensor): Tensor {
  if (probabilities !== from) logits.set(probabilities, from);
  return probabilities;
}

/** What a tensor of probabilities was made of, if a sigmoid or softmax made it. */
export const logitsOf = (probabilities: Tensor): Tensor | undefined => logits.get(probabilities);

/** max(x, 0) - x z + log(1 + exp(-|x|)), which does not overflow; its gradient is sigmoid(x) - z. */
export function sigmoidCrossentropy(target: Tensor, x: Tensor): Tensor {
  const linear = lax.subtract(lax.maximum(x, fullAs(x, 0)), lax.multiply(x, target));
  const loss = lax.add(linear, lax.log1p(lax.exp(lax.negative(lax.abs(x)))));
  return withGradient(target, x, loss, (wanted, given, upstream) => [
    lax.negative(lax.multiply(given, upstream)),
    lax.multiply(lax.subtract(lax.sigmoid(given), wanted), upstream),
  ]);
}

/**
 * -sum(target * logs) along an axis, for `logs` the log-softmax of `x`. The gradient is softmax(x) - target, as on TensorFlow even where
 * targets do not sum to 1.
 */
export function softmaxCrossentropy(target: Tensor, x: Tensor, logs: Tensor, axis: number): Tensor {
  const loss = lax.negative(reduceAxes('sum', lax.multiply(target, logs), { axis }));
  return withGradient(target, x, loss, (wanted, _, upstream) => {
    const kept = x.shape.map((_size, index) => index).filter((index) => index !== (axis < 0 ? axis + x.rank : axis));
    const spread = lax.broadcast(upstream, x.shape, kept);
    return [lax.negative(lax.multiply(logs, spread)), lax.multiply(lax.subtract(lax.exp(logs), wanted), spread)];
  });
}

function withGradient(
  target: Tensor,
  x: Tensor,
  loss: Tensor,
  backward: (target: Tensor, x: Tensor, upstream: Tensor) => readonly [Tensor, Tensor],
): Tensor {
  return attachGradient([target, x], [loss], ([wanted, given], [upstream]) =>
    backward(wanted as Tensor, given as Tensor, upstream as Tensor),
  )[0] as Tensor;
}
