// The layer that scales the branches of ConvNeXt.
import type { Tensor } from '../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../engine/layer.ts';
import { autoName } from '../engine/names.ts';
import type { Weight } from '../engine/weight.ts';
import { Constant } from '../initializers/index.ts';
import * as ops from '../ops/index.ts';

/** Scales each channel by a learned factor (Touvron and others, https://arxiv.org/abs/2103.17239). */
export class LayerScale extends Layer {
  static override readonly positional: readonly string[] = ['initValues', 'projectionDim'];

  /** What the factors start with. */
  readonly initValues: number;
  /** The number of channels. */
  readonly projectionDim: number;
  gamma: Weight | undefined = undefined;

  constructor(initValues: number, projectionDim: number, options: LayerOptions = {}) {
    super(options);
    this.initValues = initValues;
    this.projectionDim = projectionDim;
  }

  override build(): void {
    // Keras leaves the weight unnamed.
    this.gamma = this.addWeight({ name: autoName('variable'), shape: [this.projectionDim], initializer: new Constant(this.initValues) });
  }

  override call(inputs: Tensor): Tensor {
    return ops.multiply(inputs, this.gamma as Weight);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), initValues: this.initValues, projectionDim: this.projectionDim };
  }
}
