// Dropout that keeps the mean and variance of inputs, for SELU networks.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { concreteShape, randomUniform } from '../../ops/random-numbers.ts';
import { requireRate } from '../arguments.ts';
import type { DropoutOptions } from './dropout.ts';
import { RandomLayer } from './random-layer.ts';

/** What a SELU gives for large negative inputs. */
const SATURATION = -1.6732632423543772 * 1.0507009873554805;

/** Sets elements to the value of a saturated SELU, then scales and shifts everything back to mean 0 and variance 1. */
export class AlphaDropout extends RandomLayer {
  static override readonly positional: readonly string[] = ['rate'];

  readonly rate: number;
  readonly noiseShape: readonly (number | null)[] | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super(requireRate(rate, 'rate') > 0, options);
    this.rate = rate;
    this.noiseShape = options.noiseShape ?? null;
  }

  protected override disturb(inputs: Tensor, seed: Tensor): Tensor {
    const isKept = ops.greaterEqual(randomUniform(seed, concreteShape(inputs, this.noiseShape)), this.rate);
    const scale = ((1 - this.rate) * (1 + this.rate * SATURATION ** 2)) ** -0.5;
    const dropped = ops.where(isKept, inputs, SATURATION) as Tensor;
    return ops.add(ops.multiply(dropped, scale), -scale * SATURATION * this.rate);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, noiseShape: this.noiseShape };
  }
}
