// Intersection over union of classes 0 and 1, predicted as probabilities.
import * as ops from '../ops/index.ts';
import { IoU } from './iou.ts';
import type { MetricOptions, UpdateOptions } from './metric.ts';

export interface BinaryIoUOptions extends MetricOptions {
  /** Which of the classes 0 and 1 count. Default both. */
  readonly targetClassIds?: readonly number[];
  /** From it on a prediction means 1. Default 0.5. */
  readonly threshold?: number;
}

/** `tp / (tp + fp + fn)`, the mean over the classes 0 and 1, of probabilities cut at a threshold. */
export class BinaryIoU extends IoU {
  static override readonly positional: readonly string[] = [];
  readonly threshold: number;

  constructor({ targetClassIds = [0, 1], threshold = 0.5, ...options }: BinaryIoUOptions = {}) {
    super(2, targetClassIds, options);
    this.threshold = threshold;
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, options: UpdateOptions = {}): void {
    super.updateState(yTrue, ops.greaterEqual(ops.cast(yPred, 'float32'), this.threshold), options);
  }

  override getConfig(): Record<string, unknown> {
    return { targetClassIds: this.targetClassIds, threshold: this.threshold, name: this.name, dtype: this.dtype };
  }
}
