// Where a run of `fit` stands: what is needed to go on with it in another process.
import type { Logs } from '../callbacks/callback.ts';
import type { DataPosition } from './epoch-steps.ts';
import type { EncodedArray } from './state-snapshot.ts';

export interface TrainingProgress {
  readonly epoch: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  readonly position: DataPosition;
  /** What the last step reported. */
  readonly logs: Logs;
  /** Of the order in which rows come. */
  readonly seed: number;
}

/** A run to go on with. */
export interface ResumedProgress extends TrainingProgress {
  /** Values of the metrics' variables, in the middle of an epoch. */
  readonly metrics: readonly EncodedArray[];
}
