// Counts samples that are negative and predicted to be positive.
import { ConditionCount, type ConditionCountOptions } from './condition-count.ts';

/** Counts samples that are negative and predicted to be positive. Labels are 0 and 1. */
export class FalsePositives extends ConditionCount {
  constructor(options: ConditionCountOptions = {}) {
    super('falsePositives', options);
  }
}
