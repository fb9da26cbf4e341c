// Intersection over union of classes whose targets are one-hot.
import { IoU, type IoUOptions } from './iou.ts';

export interface OneHotIoUOptions extends Omit<IoUOptions, 'sparseYTrue'> {
  /** Whether predictions are class numbers, not scores. Default false. */
  readonly sparseYPred?: boolean;
}

/** `tp / (tp + fp + fn)`, the mean over the target classes that occur; targets are one-hot, predictions scores. */
export class OneHotIoU extends IoU {
  constructor(numClasses: number, targetClassIds: readonly number[], { sparseYPred = false, ...options }: OneHotIoUOptions = {}) {
    super(numClasses, targetClassIds, { ...options, sparseYPred, sparseYTrue: false });
  }

  override getConfig(): Record<string, unknown> {
    const { sparseYTrue: _, ...config } = super.getConfig();
    return config;
  }
}
