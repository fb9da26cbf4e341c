// The layer that adds a scaled branch to its shortcut in InceptionResNetV2.
import type { Tensor } from '../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../engine/layer.ts';
import * as ops from '../ops/index.ts';

/** `inputs[0] + inputs[1] * scale`. */
export class CustomScaleLayer extends Layer {
  static override readonly positional: readonly string[] = ['scale'];

  readonly scale: number;

  constructor(scale: number, options: LayerOptions = {}) {
    super(options);
    this.scale = scale;
  }

  override call([shortcut, branch]: readonly [Tensor, Tensor]): Tensor {
    return ops.add(shortcut, ops.multiply(branch, this.scale));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale };
  }
}
