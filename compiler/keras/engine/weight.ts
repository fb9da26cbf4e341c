// A layer's variable: what a trace knows of it, and what Keras attaches to it.
import { isFloat } from '../../ir/dtype.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { lax } from '../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { Variable, type VariableOptions } from '../../trace/variable.ts';
import { currentAutocast } from './autocast.ts';

/** A penalty on a weight, as `regularizers.L2`. */
export type WeightRegularizer = (weight: Tensor) => Tensor;

/** A projection of a weight, as `constraints.MaxNorm`. */
export type WeightConstraint = (weight: Tensor) => Tensor;

export interface WeightOptions extends VariableOptions {
  readonly regularizer?: WeightRegularizer | undefined;
  readonly constraint?: WeightConstraint | undefined;
  /** Whether layers of mixed precision read it in their compute dtype. Default true. */
  readonly autocast?: boolean;
}

export class Weight extends Variable {
  readonly regularizer: WeightRegularizer | undefined;
  readonly constraint: WeightConstraint | undefined;
  readonly autocast: boolean;

  constructor(initial: Tensor, options: WeightOptions) {
    super(initial, options);
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
    this.autocast = options.autocast ?? true;
  }

  /** The value, in the compute dtype of the mixed-precision layer that reads it. */
  override read(): Tensor {
    const value = super.read();
    const dtype = this.autocast && isFloat(this.dtype) ? currentAutocast() : undefined;
    return dtype === undefined ? value : lax.cast(value, dtype);
  }
}

/** Gives a variable a value from the host, in the variable's dtype. */
export function assignValue(variable: Variable, value: NDArray): void {
  variable.assign(lax.cast(tensorOf(value.dtype, value.shape, value.data), variable.dtype));
}
