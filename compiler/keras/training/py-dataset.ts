// `keras.utils.PyDataset`: batches by number, for data that does not fit into memory.
import { NotImplementedError } from '../../errors/index.ts';
import type { BatchItem, IndexedData } from './iterable-batches.ts';

/**
 * Subclass it: say how many batches there are, and give each.
 *
 * @example
 * class Squares extends PyDataset {
 *   override readonly numBatches = 10;
 *   override getItem(index: number) {
 *     const x = ops.add(ops.ones([32, 1]), index);
 *     return [x, ops.square(x)];
 *   }
 * }
 */
export class PyDataset implements IndexedData {
  /** How many batches an epoch has; null for no end. */
  get numBatches(): number | null {
    throw new NotImplementedError('You need to implement the `numBatches` property of your PyDataset.', { code: 'not-implemented' });
  }

  /** Batch number `index`: inputs, `[inputs, targets]` or `[inputs, targets, sampleWeight]`; a promise of such is waited for. */
  getItem(_index: number): BatchItem | Promise<BatchItem> {
    throw new NotImplementedError('You need to implement the `getItem` method of your PyDataset.', { code: 'not-implemented' });
  }

  onEpochBegin(): void {}

  onEpochEnd(): void {}
}
