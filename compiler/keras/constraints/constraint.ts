// The base of constraints: callables that project a weight onto what is allowed.
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';

/** Called as `constraint(weight)`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the call signature is what `Callable` provides
export interface Constraint {
  (weight: Tensor): Tensor;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export class Constraint extends Callable {
  /** The projected weight; by default the weight itself. */
  override invoke(weight: Tensor): Tensor {
    return weight;
  }

  /** The arguments to make this constraint again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}
