// Sets a share of the inputs to 0 while training.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { asTuple, requireRate } from '../arguments.ts';
import { RandomLayer, type RandomLayerOptions } from './random-layer.ts';

export interface DropoutOptions extends RandomLayerOptions {
  /** The shape of the random mask: axes of size 1 are dropped or kept as a whole; null takes the inputs' size. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Refuses what is not a list of sizes. */
function checkNoiseShape(noiseShape: unknown): readonly (number | null)[] | null {
  if (noiseShape === null || noiseShape === undefined) return null;
  const isSize = (dim: unknown): boolean => dim === null || (Number.isInteger(dim) && (dim as number) > 0);
  if (Array.isArray(noiseShape) && noiseShape.every(isSize)) return noiseShape as (number | null)[];
  throw new ValueError(
    `Invalid value received for argument \`noise_shape\`. Expected a tuple or list of positive integers or None. Received: noise_shape=${asTuple(noiseShape)}`,
    { code: 'arguments' },
  );
}

/**
 * Drops each element with probability `rate` and scales the rest by `1 / (1 - rate)`. Does nothing outside training.
 *
 * @example new layers.Dropout(0.5)(x)
 */
export class Dropout extends RandomLayer {
  static override readonly positional: readonly string[] = ['rate'];

  readonly rate: number;
  readonly noiseShape: readonly (number | null)[] | null;

  constructor(rate: number, options: DropoutOptions = {}) {
    super(requireRate(rate, 'rate') > 0, options);
    this.rate = rate;
    this.noiseShape = checkNoiseShape(options.noiseShape);
  }

  protected override disturb(inputs: Tensor, seed: Tensor): Tensor {
    return dropout(inputs, this.rate, seed, this.noiseShape);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, noiseShape: this.noiseShape };
  }
}
