// Two layers that a FeatureSpace is made with, under the names that they have in Keras's files.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

/** Passes numbers on. */
export class TFDIdentity extends Layer {
  override call(x: Tensor): Tensor {
    return x;
  }
}

/** Joins tensors along an axis. */
export class TFDConcat extends Layer {
  static override readonly positional: readonly string[] = ['axis'];

  readonly axis: number;

  constructor(axis: number, options: LayerOptions = {}) {
    super(options);
    this.axis = axis;
  }

  override call(xs: readonly Tensor[]): Tensor {
    return ops.concatenate(xs, { axis: this.axis });
  }
}
