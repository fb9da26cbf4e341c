// Mean intersection over union of all classes, whose targets are one-hot.
import { MeanIoU } from './mean-iou.ts';
import type { OneHotIoUOptions } from './one-hot-iou.ts';

/** `tp / (tp + fp + fn)`, the mean over all classes that occur; targets are one-hot, predictions scores. */
export class OneHotMeanIoU extends MeanIoU {
  constructor(numClasses: number, { sparseYPred = false, ...options }: OneHotIoUOptions = {}) {
    super(numClasses, { ...options, sparseYPred, sparseYTrue: false });
  }

  override getConfig(): Record<string, unknown> {
    const { sparseYTrue: _, ...config } = super.getConfig();
    return config;
  }
}
