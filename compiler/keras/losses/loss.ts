// The base of losses: callables from targets and predictions to a number, with weights, masks and a reduction.
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';
import { type PolicyLike, toFloatPolicy } from '../engine/dtype-policy.ts';
import { getKerasMask } from '../engine/mask.ts';
import { autoName, toSnakeCase } from '../engine/names.ts';
import * as ops from '../ops/index.ts';
import { checkReduction, type Reduction, reduceWeighted } from './reduce-loss.ts';

export interface LossOptions {
  /** How losses per sample become one number. Default `sum_over_batch_size`. */
  readonly reduction?: Reduction;
  readonly name?: string | null;
  /** Of the computation. Default: `keras.config.floatx()`. */
  readonly dtype?: PolicyLike | null;
}

/** Called as `loss(yTrue, yPred, sampleWeight)`. */
export interface Loss {
  (yTrue: ops.TensorLike, yPred: ops.TensorLike, sampleWeight?: ops.TensorLike | null): Tensor;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

/**
 * Subclass it and write `call` in `ops.*` for a loss of your own.
 *
 * @example
 * class MeanCubedError extends Loss {
 *   override call(yTrue: Tensor, yPred: Tensor) {
 *     return ops.mean(ops.power(ops.abs(ops.subtract(yPred, yTrue)), 3), { axis: -1 });
 *   }
 * }
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export abstract class Loss extends Callable {
  readonly name: string;
  readonly reduction: Reduction;
  readonly dtype: DType;

  constructor({ name, reduction = 'sum_over_batch_size', dtype }: LossOptions = {}) {
    super();
    this.name = name ?? autoName(toSnakeCase(this.constructor.name));
    this.reduction = checkReduction(reduction);
    this.dtype = toFloatPolicy(dtype).computeDtype;
  }

  /** Losses per sample, not reduced. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  override invoke(yTrue: ops.TensorLike, yPred: ops.TensorLike, sampleWeight: ops.TensorLike | null = null): Tensor {
    const inputMask = getKerasMask(yPred) as Tensor | undefined;
    const losses = this.call(ops.cast(yTrue, this.dtype), ops.cast(yPred, this.dtype));
    const outputMask = getKerasMask(losses) as Tensor | undefined;
    const mask = inputMask && outputMask ? ops.logicalAnd(inputMask, outputMask) : (inputMask ?? outputMask);
    return reduceWeighted(losses, { sampleWeight, mask, reduction: this.reduction, dtype: this.dtype });
  }

  /** The arguments to make this loss again, in camel case. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, reduction: this.reduction };
  }
}
