// Multiplies by noise around 1 while training.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { randomNormal } from '../../ops/random-numbers.ts';
import { requireRate } from '../arguments.ts';
import { RandomLayer, type RandomLayerOptions } from './random-layer.ts';

/** Noise of standard deviation `sqrt(rate / (1 - rate))`. */
export class GaussianDropout extends RandomLayer {
  static override readonly positional: readonly string[] = ['rate'];

  readonly rate: number;

  constructor(rate: number, options: RandomLayerOptions = {}) {
    super(requireRate(rate, 'rate') > 0, options);
    this.rate = rate;
  }

  protected override disturb(inputs: Tensor, seed: Tensor): Tensor {
    const deviation = Math.sqrt(this.rate / (1 - this.rate));
    return ops.multiply(inputs, ops.add(ops.multiply(randomNormal(seed, inputs.shape, this.computeDtype), deviation), 1));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate };
  }
}
