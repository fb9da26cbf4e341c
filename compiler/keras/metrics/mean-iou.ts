// Mean intersection over union of all classes.
import { IoU, type IoUOptions } from './iou.ts';

/** `tp / (tp + fp + fn)`, the mean over all classes that occur. */
export class MeanIoU extends IoU {
  static override readonly positional: readonly string[] = ['numClasses'];

  constructor(numClasses: number, options: IoUOptions = {}) {
    super(
      numClasses,
      Array.from({ length: numClasses ?? 0 }, (_, index) => index),
      options,
    );
  }

  override getConfig(): Record<string, unknown> {
    const { targetClassIds: _, ...config } = super.getConfig();
    return config;
  }
}
