// What `compile` takes.
import { isInteractiveLoggingEnabled } from '../engine/interactive-logging.ts';
import type { OptimizerLike } from '../optimizers/get.ts';
import type { CompileLosses, LossWeights } from './compile-loss.ts';
import type { CompileMetricList } from './compile-metrics.ts';

export interface CompileOptions {
  /** Default `rmsprop`. */
  readonly optimizer?: OptimizerLike | undefined;
  /** A name, a function of targets and predictions, a Loss; for several outputs a list or dictionary. */
  readonly loss?: CompileLosses | undefined;
  /** What each loss counts in the total. */
  readonly lossWeights?: LossWeights | null | undefined;
  readonly metrics?: CompileMetricList | null | undefined;
  /** Metrics that take sample weights into account. */
  readonly weightedMetrics?: CompileMetricList | null | undefined;
  /** Accepted for Keras's sake: steps are always traced and compiled. */
  readonly runEagerly?: boolean | undefined;
  /** Steps between two rounds of callbacks. Default 1. */
  readonly stepsPerExecution?: number | undefined;
  /** Accepted for Keras's sake: steps are always compiled. */
  readonly jitCompile?: boolean | 'auto' | undefined;
  /** Whether `mixed_float16` gets a loss scale. Default true. */
  readonly autoScaleLoss?: boolean | undefined;
}

/** How much is printed: 0 nothing, 1 a bar, 2 a line for each epoch; `auto` is 1. */
export type Verbosity = number | string;

export const toVerbosity = (verbose: Verbosity = 'auto'): number =>
  verbose === 'auto' ? (isInteractiveLoggingEnabled() ? 1 : 2) : Number(verbose);
