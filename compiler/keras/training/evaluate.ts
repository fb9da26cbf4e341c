// `evaluate`: runs test steps over data and reports what the metrics say in the end.
import type { Logs } from '../callbacks/callback.ts';
import { type CallbackLike, CallbackList } from '../callbacks/callback-list.ts';
import { CompileMetrics } from './compile-metrics.ts';
import { toVerbosity, type Verbosity } from './compile-options.ts';
import { EpochSteps } from './epoch-steps.ts';
import type { ArrayData } from './host-data.ts';
import { finalLogs, runExecution } from './run-execution.ts';
import type { Trainer } from './trainer.ts';
import { batchSource, type TrainingData } from './training-data.ts';

export interface EvaluateOptions {
  /** Default 32. */
  readonly batchSize?: number | null;
  readonly verbose?: Verbosity;
  readonly sampleWeight?: ArrayData;
  /** Batches to evaluate; default: all. */
  readonly steps?: number | null;
  readonly callbacks?: CallbackLike;
  /** Whether results come by name. Default false. */
  readonly returnDict?: boolean;
}

/** The loss and metrics on the data. */
export async function evaluate(model: Trainer, x: TrainingData, y: ArrayData | undefined, options: EvaluateOptions): Promise<Logs> {
  model.requireCompiled();
  const { batchSize, steps, sampleWeight } = options;
  const source = batchSource(model, x, y, { batchSize, steps, sampleWeight });
  const epoch = new EpochSteps(source, { stepsPerEpoch: steps, stepsPerExecution: model.stepsPerExecution });
  const verbose = toVerbosity(options.verbose);
  const given = options.callbacks;
  const callbacks =
    given instanceof CallbackList
      ? given
      : new CallbackList(given, { addProgbar: verbose !== 0, verbose, epochs: 1, steps: epoch.count, model });
  return runEvaluation(model, epoch, callbacks);
}

/** The same over steps that are at hand. */
export async function runEvaluation(model: Trainer, steps: EpochSteps, callbacks: CallbackList): Promise<Logs> {
  model.stopEvaluating = false;
  await callbacks.onTestBegin();
  model.resetMetrics();
  let logs: Logs = {};
  for await (const execution of steps.epoch()) {
    await callbacks.onTestBatchBegin(execution.begin);
    logs = await runExecution(model, 'evaluate', execution.batches);
    await callbacks.onTestBatchEnd(execution.end, logs);
    if (model.stopEvaluating) break;
  }
  const final = finalLogs(model, logs, 'testStep');
  await callbacks.onTestEnd(final);
  return final;
}

/** The values in the order of the metrics; one alone is a number. */
export function flattenLogs(model: Trainer, logs: Logs): number | number[] {
  const names = model.metrics.flatMap((metric) => {
    const compiled: unknown = metric;
    return compiled instanceof CompileMetrics ? compiled.metrics.map(({ name }) => name) : [metric.name];
  });
  const known = names.filter((name) => name in logs);
  const others = Object.keys(logs)
    .filter((name) => !names.includes(name))
    .sort();
  const values = [...known, ...others].map((name) => logs[name] as number);
  return values.length === 1 ? (values[0] as number) : values;
}
