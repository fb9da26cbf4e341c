// Activations that look along an axis: softmax and its kin.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { formatShape, ValueError } from '../../../errors/index.ts';
import { normalizeAxis } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { reduceAxes } from '../reductions.ts';
import { rememberLogits } from './logits.ts';

export interface SoftmaxOptions {
  /** The axis, or axes, over which the result sums to 1. Default -1. */
  readonly axis?: number | readonly number[] | null;
}

/** x - max(x), so that the exponentials do not overflow; the shift cancels, so it needs no gradient. */
function shifted(x: Tensor, axis: number | readonly number[] | null): Tensor {
  const largest = lax.stop_gradient(reduceAxes('max', x, { axis, keepdims: true }));
  return lax.subtract(x, lax.broadcastTo(largest, x.shape));
}

function withDType(x: TensorLike, compute: (x: Tensor) => Tensor): Tensor {
  const tensor = toTensor(x);
  return lax.cast(compute(toFloat(tensor)), tensor.dtype);
}

const sumAlong = (x: Tensor, axis: number | readonly number[] | null): Tensor =>
  lax.broadcastTo(reduceAxes('sum', x, { axis, keepdims: true }), x.shape);

const withGradient = (x: Tensor, result: Tensor, backward: (upstream: Tensor) => Tensor): Tensor =>
  attachGradient([x], [result], (_, [upstream]) => [backward(upstream as Tensor)])[0] as Tensor;

/** `exp(x) / sum(exp(x))`. */
export const softmax = defineOp(
  'softmax',
  ['x'],
  (x: TensorLike, { axis = -1 }: SoftmaxOptions = {}): Tensor =>
    withDType(x, (tensor) => {
      const exponentials = lax.exp(shifted(tensor, axis));
      const total = reduceAxes('sum', exponentials, { axis, keepdims: true });
      const result = lax.divide(exponentials, lax.broadcastTo(total, exponentials.shape));
      // y (g - sum(g y)): the result is all that the gradient keeps.
      const attached = withGradient(tensor, result, (upstream) =>
        lax.multiply(result, lax.subtract(upstream, sumAlong(lax.multiply(upstream, result), axis))),
      );
      return rememberLogits(attached, tensor);
    }),
);

/** `log(softmax(x))` without underflow. */
export const logSoftmax = defineOp(
  'log_softmax',
  ['x'],
  (x: TensorLike, { axis = -1 }: SoftmaxOptions = {}): Tensor =>
    withDType(x, (tensor) => {
      const centred = shifted(tensor, axis);
      const total = lax.log(reduceAxes('sum', lax.exp(centred), { axis, keepdims: true }));
      const result = lax.subtract(centred, lax.broadcastTo(total, centred.shape));
      // g - softmax(x) sum(g)
      return withGradient(tensor, result, (upstream) => lax.subtract(upstream, lax.multiply(lax.exp(result), sumAlong(upstream, axis))));
    }),
);

interface AxisOption {
  readonly axis?: number;
}

/** The first half along an axis, gated by the sigmoid of the second half. */
export const glu = defineOp(
  'glu',
  ['x'],
  (x: TensorLike, { axis = -1 }: AxisOption = {}): Tensor =>
    withDType(x, (tensor) => {
      const at = normalizeAxis(axis, tensor.rank);
      const size = tensor.shape[at] as number;
      if (size % 2 !== 0)
        throw new ValueError(`axis size must be divisible by 2. Received: x.shape=${formatShape(tensor.shape)} with axis=${axis}`, {
          code: 'glu',
        });
      return lax.multiply(sliceAxis(tensor, at, 0, size / 2), lax.sigmoid(sliceAxis(tensor, at, size / 2, size)));
    }),
);

/**
 * A softmax that sets small entries to 0. With z sorted descending, s_k the sum of its first k entries and K the number
 * of k with z_k > (s_k - 1) / k: max(x - tau, 0), where Keras has tau = (s_1 + ... + s_K - 1) / K.
 * (The projection onto the simplex of Martins and Astudillo has s_K alone; they agree where K is 1.)
 */
export const sparsemax = defineOp(
  'sparsemax',
  ['x'],
  (x: TensorLike, { axis = -1 }: AxisOption = {}): Tensor =>
    withDType(x, (tensor) => {
      const at = normalizeAxis(axis, tensor.rank);
      const [ascending] = lax.sort([tensor], at) as [Tensor];
      const sorted = lax.reverse(ascending, [at]);
      const sums = lax.cumulative(sorted, { kind: 'sum', axis: at, reverse: false });
      const position = lax.add(lax.iota(tensor.dtype, tensor.shape, at), fullAs(tensor, 1));
      const inSupport = lax.compare('greater', lax.add(fullAs(tensor, 1), lax.multiply(position, sorted)), sums);
      const zero = fullAs(tensor, 0);
      const count = reduceAxes('sum', lax.select(inSupport, fullAs(tensor, 1), zero), { axis: at, keepdims: true });
      const total = reduceAxes('sum', lax.select(inSupport, sums, zero), { axis: at, keepdims: true });
      const tau = lax.divide(lax.subtract(total, fullAs(total, 1)), count);
      return lax.maximum(lax.subtract(tensor, lax.broadcastTo(tau, tensor.shape)), zero);
    }),
);
