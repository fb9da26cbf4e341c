// The base of losses that are a function and its options.
import type { Tensor } from '../../trace/tensor.ts';
import type * as ops from '../ops/index.ts';
import { Loss, type LossOptions } from './loss.ts';
import { matchRanks } from './reduce-loss.ts';

/** A function from targets and predictions to losses per sample. */
export type LossFunction<O = never> = (yTrue: ops.TensorLike, yPred: ops.TensorLike, options?: O) => Tensor;

/** A loss made of a function; the options of the function are part of the config. */
export abstract class FunctionLoss<O extends object = object> extends Loss {
  readonly #compute: LossFunction<O>;
  readonly #options: O;

  constructor(compute: LossFunction<O>, options: O, base: LossOptions) {
    super(base);
    this.#compute = compute;
    this.#options = options;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [targets, predictions] = matchRanks(yTrue, yPred);
    return this.#compute(targets, predictions, this.#options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.#options };
  }
}
