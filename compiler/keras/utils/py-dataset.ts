// Batches by number, for data that is made or read as it is needed.
import { NotImplementedError } from '../../errors/index.ts';

/**
 * Subclass it for batches that `fit` asks for by number, in any order.
 *
 * @example
 * class Sines extends utils.PyDataset {
 *   override get numBatches() {
 *     return 100;
 *   }
 *   override getItem(index: number) {
 *     const x = random.uniform([32, 1], { seed: index });
 *     return [x, ops.sin(x)];
 *   }
 * }
 */
export class PyDataset<T = unknown> {
  /** How many batches an epoch has; null for no end. */
  get numBatches(): number | null {
    return null;
  }

  /** Batch number `index`: inputs, `[inputs, targets]` or `[inputs, targets, sampleWeight]`. */
  getItem(_index: number): T | Promise<T> {
    throw new NotImplementedError(`${this.constructor.name} has no getItem method.`, { code: 'dataset-method' });
  }

  /** Called before each epoch. */
  onEpochBegin(): void {}

  /** Called after each epoch. */
  onEpochEnd(): void {}
}
