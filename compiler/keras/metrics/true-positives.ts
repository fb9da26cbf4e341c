// Counts samples that are positive and predicted to be.
import { ConditionCount, type ConditionCountOptions } from './condition-count.ts';

/** Counts samples that are positive and predicted to be. Labels are 0 and 1. */
export class TruePositives extends ConditionCount {
  constructor(options: ConditionCountOptions = {}) {
    super('truePositives', options);
  }
}
