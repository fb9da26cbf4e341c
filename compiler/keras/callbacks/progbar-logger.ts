// Shows how far training is; `fit`, `evaluate` and `predict` add it unless `verbose` is 0.
import { Callback, type CallbackParams, type Logs } from './callback.ts';
import { Progbar } from './progbar.ts';

/** Shows how far training is; `fit`, `evaluate` and `predict` add it unless `verbose` is 0. */
export class ProgbarLogger extends Callback {
  #seen = 0;
  #bar: Progbar | undefined;
  #target: number | null = null;
  #verbose = 1;
  #epochs = 1;
  /** Validation inside `fit` is silent. */
  #isInFit = false;

  override setParams(params: CallbackParams): void {
    super.setParams(params);
    this.#verbose = params.verbose;
    this.#epochs = params.epochs;
    this.#target = params.steps;
  }

  override onTrainBegin(): void {
    this.#isInFit = true;
  }

  override onTestBegin(): void {
    if (!this.#isInFit) this.#begin();
  }

  override onPredictBegin(): void {
    this.#begin();
  }

  override onEpochBegin(epoch: number): void {
    this.#begin();
    if (this.#verbose > 0 && this.#epochs > 1) console.log(`Epoch ${epoch + 1}/${this.#epochs}`);
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#isInFit) this.#update(batch, logs);
  }

  override onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#isInFit) this.#finish(logs);
  }

  override onPredictEnd(): void {
    this.#finish({});
  }

  override onTrainEnd(): void {
    this.#isInFit = false;
  }

  #begin(): void {
    this.#seen = 0;
    this.#bar = new Progbar({ target: this.#target, verbose: this.#verbose });
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    this.#bar?.update(this.#seen, logs);
  }

  #finish(logs: Logs): void {
    // Data of unknown length has shown how long it is.
    this.#target ??= this.#seen;
    if (!this.#bar) return;
    this.#bar.target = this.#target;
    this.#bar.update(this.#target, logs, true);
  }
}
