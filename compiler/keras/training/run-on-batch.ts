// One step on one batch.
import { ValueError } from '../../errors/index.ts';
import type { Logs } from '../callbacks/callback.ts';
import { arrayBatches } from './array-batches.ts';
import type { ClassWeight } from './class-weight.ts';
import type { ArrayData } from './host-data.ts';
import { toLogs } from './logs.ts';
import type { Trainer } from './trainer.ts';
import { toBatch } from './training-data.ts';

export interface TestOnBatchOptions {
  readonly sampleWeight?: ArrayData;
  /** Whether results come by name. Default false. */
  readonly returnDict?: boolean;
}

export interface TrainOnBatchOptions extends TestOnBatchOptions {
  readonly classWeight?: ClassWeight | null;
}

/** Runs a step on all rows at once; metrics begin anew. */
export async function runOnBatch(
  model: Trainer,
  kind: 'train' | 'evaluate',
  x: ArrayData,
  y: ArrayData | undefined,
  { sampleWeight, classWeight }: TrainOnBatchOptions,
): Promise<Logs> {
  model.requireCompiled();
  if (sampleWeight && classWeight) {
    throw new ValueError('Arguments `sample_weight` and `class_weight` cannot be specified at the same time.', { code: 'class-weight' });
  }
  const whole = toBatch(model, x, y, sampleWeight);
  const { sample: batch = whole } = arrayBatches(whole, { classWeight, batchSize: Number.MAX_SAFE_INTEGER });
  model.buildFor(batch.x);
  model.resetMetrics();
  return toLogs(await model.programs.run(kind, batch));
}
