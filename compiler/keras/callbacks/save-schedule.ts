// When to save: after each epoch, or after every so many batches.
import { quote, ValueError } from '../../errors/index.ts';

export class SaveSchedule {
  readonly #everyBatches: number | undefined;
  #seen = 0;
  #lastBatch = -1;

  /** @param message what to say of a frequency that is neither */
  constructor(frequency: 'epoch' | number, message: (frequency: string) => string) {
    if (frequency !== 'epoch' && !Number.isInteger(frequency)) throw new ValueError(message(quote(frequency)), { code: 'save-frequency' });
    this.#everyBatches = frequency === 'epoch' ? undefined : frequency;
  }

  get isByEpoch(): boolean {
    return this.#everyBatches === undefined;
  }

  /** Counts a batch. Batches are numbered from 0 in each epoch, and may be several at once. */
  isDueAfterBatch(batch: number): boolean {
    if (this.#everyBatches === undefined) return false;
    this.#seen += batch <= this.#lastBatch ? batch + 1 : batch - this.#lastBatch;
    this.#lastBatch = batch;
    if (this.#seen < this.#everyBatches) return false;
    this.#seen = 0;
    return true;
  }
}
