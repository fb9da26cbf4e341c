// Where a run of `fit` stands: what is needed to go on with it in another process.
import type { DataPosition } from './epoch-steps.ts';

export interface TrainingProgress {
  readonly epoch: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  readonly position: DataPosition;
  /** Of the order in which rows come. */
  readonly seed: number;
}
