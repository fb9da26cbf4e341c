// A penalty on what passes through.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import { L1L2 } from '../../regularizers/index.ts';

export interface ActivityRegularizationOptions extends LayerOptions {
  readonly l1?: number;
  readonly l2?: number;
}

/** Gives its inputs back and adds `l1 * sum(|x|) + l2 * sum(x^2)` per sample to the losses. */
export class ActivityRegularization extends Layer {
  readonly l1: number;
  readonly l2: number;

  constructor(options: ActivityRegularizationOptions = {}) {
    const { l1 = 0, l2 = 0 } = options;
    super({ ...options, activityRegularizer: new L1L2({ l1, l2 }) });
    this.l1 = l1;
    this.l2 = l2;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override getConfig(): Record<string, unknown> {
    const { activityRegularizer: _ours, ...config } = super.getConfig();
    return { ...config, l1: this.l1, l2: this.l2 };
  }
}
