// The base of regularizers: callables from a weight to a scalar penalty.
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';

/** Called as `regularizer(weight)`. */
export interface Regularizer {
  (weight: Tensor): Tensor;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export abstract class Regularizer extends Callable {
  abstract override invoke(weight: Tensor): Tensor;

  /** The arguments to make this regularizer again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}
