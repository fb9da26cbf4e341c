// The share of predicted positives that are positive.
import { PositiveShare, type PositiveShareOptions } from './positive-share.ts';

/** `tp / (tp + fp)`: the share of predicted positives that are positive. Labels are 0 and 1. */
export class Precision extends PositiveShare {
  constructor(options: PositiveShareOptions = {}) {
    super('falsePositives', options);
  }
}
