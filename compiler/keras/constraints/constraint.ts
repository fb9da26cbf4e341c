// The base of constraints: callables that project a weight onto what is allowed.
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';

/** Called as `constraint(weight)`. */
export interface Constraint {
  (weight: Tensor): Tensor;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
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
