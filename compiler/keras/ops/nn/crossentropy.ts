// Cross-entropies of targets and predictions, per element or per sample, from probabilities or logits.
import { formatShape, ValueError } from '../../../errors/index.ts';
import { sameShape } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { reduceAxes } from '../reductions.ts';
import { oneHot } from './encoding.ts';
import { logitsOf, sigmoidCrossentropy, softmaxCrossentropy } from './logits.ts';
import { logSoftmax } from './softmax.ts';

export interface CrossentropyOptions {
  /** Whether the predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** The class axis. Default -1. */
  readonly axis?: number;
}

function requireSameShape(target: Tensor, output: Tensor): void {
  if (!sameShape(target.shape, output.shape)) {
    throw new ValueError(
      `Arguments \`target\` and \`output\` must have the same shape. Received: target.shape=${formatShape(target.shape)}, output.shape=${formatShape(output.shape)}`,
      { code: 'crossentropy-shape' },
    );
  }
}

const clipped = (x: Tensor): Tensor => lax.minimum(lax.maximum(x, fullAs(x, epsilon())), fullAs(x, 1 - epsilon()));

/** -sum(target log(output)) for probabilities, scaled to sum to 1 along the axis. */
function entropyOfProbabilities(target: Tensor, output: Tensor, axis: number): Tensor {
  const total = reduceAxes('sum', output, { axis, keepdims: true });
  const logs = lax.log(clipped(lax.divide(output, lax.broadcastTo(total, output.shape))));
  return lax.negative(reduceAxes('sum', lax.multiply(target, logs), { axis }));
}

const entropyOfLogits = (target: Tensor, logits: Tensor, axis: number): Tensor =>
  softmaxCrossentropy(target, logits, logSoftmax(logits, { axis }), axis);

/** `-target log(output) - (1 - target) log(1 - output)`, element by element. */
export const binaryCrossentropy = defineOp(
  'binary_crossentropy',
  ['target', 'output'],
  (target: TensorLike, output: TensorLike, { fromLogits = false }: CrossentropyOptions = {}): Tensor => {
    const predicted = toFloat(output);
    const wanted = toTensor(target, predicted.dtype);
    requireSameShape(wanted, predicted);
    const logits = logitsOf(predicted) ?? (fromLogits ? predicted : undefined);
    if (logits) return sigmoidCrossentropy(wanted, logits);
    const one = fullAs(predicted, 1);
    const p = clipped(predicted);
    const hit = lax.multiply(wanted, lax.log(p));
    return lax.negative(lax.add(hit, lax.multiply(lax.subtract(one, wanted), lax.log(lax.subtract(one, p)))));
  },
);

/** `-sum(target log(output))` over the class axis. */
export const categoricalCrossentropy = defineOp(
  'categorical_crossentropy',
  ['target', 'output'],
  (target: TensorLike, output: TensorLike, { fromLogits = false, axis = -1 }: CrossentropyOptions = {}): Tensor => {
    const predicted = toFloat(output);
    const wanted = toTensor(target, predicted.dtype);
    requireSameShape(wanted, predicted);
    const logits = logitsOf(predicted) ?? (fromLogits ? predicted : undefined);
    return logits ? entropyOfLogits(wanted, logits, axis) : entropyOfProbabilities(wanted, predicted, axis);
  },
);

/** As `categoricalCrossentropy`, with class numbers for targets. */
export const sparseCategoricalCrossentropy = defineOp(
  'sparse_categorical_crossentropy',
  ['target', 'output'],
  (target: TensorLike, output: TensorLike, { fromLogits = false, axis = -1 }: CrossentropyOptions = {}): Tensor => {
    const predicted = toFloat(output);
    const given = toTensor(target);
    const hasClassAxis = given.rank === predicted.rank && given.shape[given.rank - 1] === 1;
    const wanted = hasClassAxis ? lax.reshape(given, given.shape.slice(0, -1)) : given;
    const at = axis < 0 ? axis + predicted.rank : axis;
    if (wanted.rank !== predicted.rank - 1) {
      throw new ValueError(
        `Argument \`output\` must have rank (ndim) \`target.ndim + 1\`. Received: target.shape=${formatShape(given.shape)}, output.shape=${formatShape(predicted.shape)}`,
        { code: 'crossentropy-shape' },
      );
    }
    if (
      !sameShape(
        wanted.shape,
        predicted.shape.filter((_, index) => index !== at),
      )
    ) {
      throw new ValueError(
        `Arguments \`target\` and \`output\` must have the same shape up until the last dimension: target.shape=${formatShape(given.shape)}, output.shape=${formatShape(predicted.shape)}`,
        { code: 'crossentropy-shape' },
      );
    }
    const classes = oneHot(wanted, predicted.shape[at] as number, { axis: at, dtype: predicted.dtype });
    const logits = logitsOf(predicted) ?? (fromLogits ? predicted : lax.log(clipped(predicted)));
    return entropyOfLogits(classes, logits, axis);
  },
);
