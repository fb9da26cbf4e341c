// The share of positives that are predicted to be.
import { PositiveShare, type PositiveShareOptions } from './positive-share.ts';

/** `tp / (tp + fn)`: the share of positives that are predicted to be. Labels are 0 and 1. */
export class Recall extends PositiveShare {
  constructor(options: PositiveShareOptions = {}) {
    super('falseNegatives', options);
  }
}
