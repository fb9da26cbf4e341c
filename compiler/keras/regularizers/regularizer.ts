// The base of regularizers: callables from a weight to a scalar penalty.
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';

/** Called as `regularizer(weight)`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the call signature is what `Callable` provides
export interface Regularizer {
  (weight: Tensor): Tensor;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export abstract class Regularizer extends Callable {
  abstract override invoke(weight: Tensor): Tensor;

  /** The arguments to make this regularizer again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}
