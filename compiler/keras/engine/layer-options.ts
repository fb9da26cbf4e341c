// What layers and their weights are made with.
import type { DType } from '../../ir/dtype.ts';
import type { ConstraintLike } from '../constraints/index.ts';
import type { InitializerLike } from '../initializers/index.ts';
import type { RegularizerLike } from '../regularizers/index.ts';
import type { PolicyLike } from './dtype-policy.ts';
import type { KerasShape } from './keras-tensor.ts';

/** What every layer takes among its options. */
export interface LayerOptions {
  readonly name?: string | undefined;
  readonly trainable?: boolean | undefined;
  /** A dtype, `mixed_float16`, `mixed_bfloat16`, or a policy. */
  readonly dtype?: PolicyLike | null | undefined;
  readonly activityRegularizer?: RegularizerLike | undefined;
  /** Shape without batch, for the first layer of a Sequential model. Prefer `Input`. */
  readonly inputShape?: KerasShape | undefined;
  readonly autocast?: boolean | undefined;
}

export interface AddWeightOptions {
  readonly name: string;
  readonly shape?: KerasShape;
  readonly initializer?: InitializerLike | undefined;
  readonly dtype?: DType;
  readonly trainable?: boolean;
  readonly autocast?: boolean;
  readonly regularizer?: RegularizerLike | undefined;
  readonly constraint?: ConstraintLike | undefined;
}
