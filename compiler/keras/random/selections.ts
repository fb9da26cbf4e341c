// Random choices: classes, orders, and what is left out.
import { quote, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { dropout as dropoutOf, randomUniform } from '../ops/random-numbers.ts';
import { drawSeed, type SeedLike } from './draw-seed.ts';

export interface CategoricalOptions {
  readonly seed?: SeedLike;
  /** Default int32. */
  readonly dtype?: DType | null;
}

/**
 * Draws classes by their logits: (batch, classes) -> (batch, numSamples).
 *
 * The largest of `logit - log(-log(u))`, u uniform, is distributed as softmax of the logits.
 */
export function categorical(logits: ops.TensorLike, numSamples: number, { dtype, seed }: CategoricalOptions = {}): Tensor {
  const scores = ops.convertToTensor(logits);
  if (scores.rank !== 2) {
    throw new ValueError(
      `\`logits\` should be a 2-D tensor with shape [batch_size, num_classes]. Received: logits of shape ${quote(scores.shape)}`,
      { code: 'rank' },
    );
  }
  const [batch, classes] = scores.shape as readonly [number, number];
  const numbers = randomUniform(drawSeed(seed), [batch, numSamples, classes]);
  const noise = ops.negative(ops.log(ops.negative(ops.log(numbers))));
  const draws = ops.argmax(ops.add(ops.expandDims(ops.cast(scores, 'float32'), 1), noise), { axis: 2 });
  return ops.cast(draws, dtype ?? 'int32');
}

export interface DropoutOptions {
  readonly seed?: SeedLike;
  /** Axes of size 1 share their fate; null stands for the size of the inputs. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** The inputs with a share `rate` of them set to 0 and the rest scaled up, so that the sum stays the same on average. */
export function dropout(inputs: ops.TensorLike, rate: number, { noiseShape = null, seed }: DropoutOptions = {}): Tensor {
  const tensor = ops.convertToTensor(inputs);
  return rate === 0 ? tensor : dropoutOf(tensor, rate, drawSeed(seed), noiseShape);
}

export interface ShuffleOptions {
  readonly seed?: SeedLike;
  /** Default 0. */
  readonly axis?: number;
}

/** The slices along an axis in another order. */
export function shuffle(x: ops.TensorLike, { axis = 0, seed }: ShuffleOptions = {}): Tensor {
  const tensor = ops.convertToTensor(x);
  const count = tensor.shape.at(axis);
  if (count === undefined)
    throw new ValueError(`axis ${axis} is out of bounds for an array with dimension ${tensor.rank}.`, { code: 'axis' });
  return ops.take(tensor, ops.argsort(randomUniform(drawSeed(seed), [count])), { axis });
}
