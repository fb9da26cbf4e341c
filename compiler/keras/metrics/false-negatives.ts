// Counts samples that are positive and predicted to be negative.
import { ConditionCount, type ConditionCountOptions } from './condition-count.ts';

/** Counts samples that are positive and predicted to be negative. Labels are 0 and 1. */
export class FalseNegatives extends ConditionCount {
  constructor(options: ConditionCountOptions = {}) {
    super('falseNegatives', options);
  }
}
