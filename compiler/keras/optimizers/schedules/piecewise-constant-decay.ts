// A learning rate that is constant between given steps.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { asFloat, LearningRateSchedule } from './learning-rate-schedule.ts';

/** `values[0]` up to step `boundaries[0]`, `values[1]` up to `boundaries[1]`, ..., the last value from then on. */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static readonly positional = ['boundaries', 'values'];
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  override readonly name: string;

  constructor(boundaries: readonly number[], values: readonly number[], { name = 'PiecewiseConstant' }: { readonly name?: string } = {}) {
    super();
    if (boundaries.length !== values.length - 1) {
      throw new ValueError(
        `The length of boundaries should be 1 less than the length of values. Received: boundaries=[${boundaries}] of length ` +
          `${boundaries.length}, and values=[${values}] of length ${values.length}.`,
        { code: 'schedule-boundaries' },
      );
    }
    this.boundaries = boundaries;
    this.values = values;
    this.name = name;
  }

  override invoke(step: ops.TensorLike): Tensor {
    const position = ops.convertToTensor(step);
    const last = asFloat(this.values.at(-1) ?? 0);
    const pairs = this.boundaries.map((boundary, index) => [boundary, this.values[index] as number] as const);
    return pairs.reduceRight((after, [boundary, value]) => ops.where(ops.lessEqual(position, boundary), value, after) as Tensor, last);
  }

  override getConfig(): Record<string, unknown> {
    return { boundaries: this.boundaries, values: this.values, name: this.name };
  }
}
