// Adds noise around 0 while training.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { randomNormal } from '../../ops/random-numbers.ts';
import { requireRate } from '../arguments.ts';
import { RandomLayer, type RandomLayerOptions } from './random-layer.ts';

/** Noise of standard deviation `stddev`. */
export class GaussianNoise extends RandomLayer {
  static override readonly positional: readonly string[] = ['stddev'];

  readonly stddev: number;

  constructor(stddev: number, options: RandomLayerOptions = {}) {
    super(requireRate(stddev, 'stddev') > 0, options);
    this.stddev = stddev;
  }

  protected override disturb(inputs: Tensor, seed: Tensor): Tensor {
    return ops.add(inputs, ops.multiply(randomNormal(seed, inputs.shape, this.computeDtype), this.stddev));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), stddev: this.stddev };
  }
}
