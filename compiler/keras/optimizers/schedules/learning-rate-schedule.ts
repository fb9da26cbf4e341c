// The base of schedules: callables from the number of steps taken to the learning rate.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Callable } from '../../engine/callable.ts';
import * as ops from '../../ops/index.ts';

/** Called as `schedule(step)`; in an optimizer with the iterations so far. */
export interface LearningRateSchedule {
  (step: ops.TensorLike): Tensor;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

/** Subclass it and write `invoke` in `ops.*` for a schedule of your own. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export abstract class LearningRateSchedule extends Callable {
  abstract override invoke(step: ops.TensorLike): Tensor;

  /** The arguments to make this schedule again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}

/** Schedules compute in float32 whatever the step is. */
export const asFloat = (value: ops.TensorLike): Tensor => ops.cast(value, 'float32');

/** The number of steps, which must be positive. */
export function checkSteps(steps: number, argument: string): number {
  if (steps > 0) return steps;
  if (steps === undefined) throw new TypeError(`The schedule is missing one of its required positional arguments: '${argument}'`);
  throw new ValueError(`Argument \`${argument}\` must be > 0. Received: ${argument}=${quote(steps)}`, { code: 'schedule-steps' });
}
