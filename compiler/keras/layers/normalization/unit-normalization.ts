// Scales each sample to length 1.
import { quote } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

export interface UnitNormalizationOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number | readonly number[];
}

/** `x / norm(x)` over an axis. */
export class UnitNormalization extends Layer {
  readonly axis: number | readonly number[];

  constructor(options: UnitNormalizationOptions = {}) {
    super(options);
    const { axis = -1 } = options;
    if (typeof axis !== 'number' && !Array.isArray(axis)) {
      throw new TypeError(`Invalid value for \`axis\` argument: expected an int or a list/tuple of ints. Received: axis=${quote(axis)}`);
    }
    this.axis = axis;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.normalize(inputs, { axis: this.axis, order: 2, epsilon: 1e-12 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
