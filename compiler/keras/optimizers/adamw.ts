// Adam with weight decay beside the gradient.
import { ValueError } from '../../errors/index.ts';
import { Adam, type AdamOptions } from './adam.ts';
import type { LearningRate } from './options.ts';

/** Adam with weight decay, 0.004 if not said otherwise. See https://arxiv.org/abs/1711.05101. */
export class AdamW extends Adam {
  constructor(learningRate?: LearningRate | AdamOptions, options?: AdamOptions) {
    super(learningRate, options, { weightDecay: 0.004 });
    if (this.settings.weightDecay === null) {
      throw new ValueError('Argument `weight_decay` must be a float. Received: weight_decay=None', { code: 'optimizer-option' });
    }
  }
}
