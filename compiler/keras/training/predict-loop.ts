// `predict` over batches that come one after the other, with callbacks.
import type { NDArray } from '../../ir/ndarray.ts';
import { type CallbackLike, CallbackList } from '../callbacks/callback-list.ts';
import type { LayerInputs } from '../engine/layer-call.ts';
import { flatten, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import { joinRows, type PredictOptions } from '../models/predict.ts';
import { toVerbosity } from './compile-options.ts';
import { EpochSteps } from './epoch-steps.ts';
import type { Trainer } from './trainer.ts';
import { batchSource, type TrainingData } from './training-data.ts';

export interface PredictLoopOptions extends PredictOptions {
  /** Batches to predict; default: all. */
  readonly steps?: number | null | undefined;
  readonly callbacks?: CallbackLike;
}

/** The outputs of all batches, one after the other. */
export async function predictLoop(model: Trainer, x: TrainingData, options: PredictLoopOptions): Promise<Nested<NDArray>> {
  const { batchSize, steps, callbacks: given } = options;
  const source = batchSource(model, x, undefined, { batchSize, steps });
  const epoch = new EpochSteps(source, { stepsPerEpoch: steps, stepsPerExecution: model.stepsPerExecution });
  const verbose = toVerbosity(options.verbose ?? 0);
  const callbacks =
    given instanceof CallbackList
      ? given
      : new CallbackList(given, { addProgbar: verbose !== 0, verbose, epochs: 1, steps: epoch.count, model });
  const parts: NDArray[][] = [];
  let structure: Nested<unknown> = [];
  model.stopPredicting = false;
  await callbacks.onPredictBegin();
  for await (const { begin, end, batches } of epoch.epoch()) {
    await callbacks.onPredictBatchBegin(begin);
    for (const batch of batches) {
      const outputs = model.predictArrays(batch.x as LayerInputs, { batchSize: Number.MAX_SAFE_INTEGER });
      structure = mapStructure(outputs, () => 0);
      parts.push(flatten(outputs));
    }
    await callbacks.onPredictBatchEnd(end, { outputs: packLike(structure, parts.at(-1) ?? []) });
    if (model.stopPredicting) break;
  }
  await callbacks.onPredictEnd();
  return packLike(structure, joinRows(parts));
}
