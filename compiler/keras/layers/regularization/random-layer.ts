// Layers that add chance while training and are the identity otherwise.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';

export interface RandomLayerOptions extends LayerOptions {
  readonly seed?: number | null;
}

export abstract class RandomLayer extends Layer {
  readonly seed: number | null;
  /** Absent where the layer never draws. */
  readonly seedGenerator: SeedGenerator | undefined;

  constructor(draws: boolean, options: RandomLayerOptions) {
    super(options);
    this.seed = options.seed ?? null;
    this.seedGenerator = draws ? new SeedGenerator(this.seed) : undefined;
    this.supportsMasking = true;
  }

  /** What the layer does while training. */
  protected abstract disturb(inputs: Tensor, seed: Tensor): Tensor;

  override call(inputs: Tensor, { training }: CallOptions = {}): Tensor {
    return training && this.seedGenerator ? this.disturb(inputs, this.seedGenerator.next()) : inputs;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), seed: this.seed };
  }
}
