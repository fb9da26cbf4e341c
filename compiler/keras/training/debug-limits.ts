// The limits of `keras.config` on the length of training, for runs that only look for mistakes.
import { maxEpochs, maxStepsPerEpoch } from '../engine/backend-config.ts';

/** The epochs to run: no more than `keras.config.setMaxEpochs` allows. */
export function limitEpochs(epochs: number): number {
  const limit = maxEpochs();
  if (!limit || limit >= epochs) return epochs;
  console.warn(`Limiting epochs to ${limit}`);
  return limit;
}

/** The steps of an epoch: no more than `keras.config.setMaxStepsPerEpoch` allows; undefined for all batches. */
export function limitSteps(steps: number | null | undefined, batches: number | null): number | undefined {
  const limit = maxStepsPerEpoch();
  const known = steps || batches;
  if (!limit || (known !== null && limit >= known)) return steps ?? undefined;
  console.warn(`Limiting steps_per_epoch to ${limit}`);
  return limit;
}
