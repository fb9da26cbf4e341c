// Stops training when the loss is no number.
import { RuntimeError } from '../../errors/index.ts';
import { Callback, type Logs } from './callback.ts';

/** Stops training when the loss is no number. */
export class TerminateOnNaN extends Callback {
  readonly raiseError: boolean;

  constructor({ raiseError = false }: { readonly raiseError?: boolean } = {}) {
    super();
    this.raiseError = raiseError;
  }

  override onBatchEnd(batch: number, logs: Logs): void {
    const loss = logs['loss'];
    if (loss === undefined || Number.isFinite(loss)) return;
    if (this.raiseError) {
      throw new RuntimeError(`NaN or Inf loss encountered at batch ${batch}. Loss value: ${loss}. Terminating training immediately.`, {
        code: 'nan-loss',
        cure: 'Lower the learning rate, or clip gradients: new optimizers.Adam(1e-4, { clipnorm: 1 }).',
      });
    }
    console.log(`Batch ${batch}: Invalid loss, terminating training`);
    this.model.stopTraining = true;
  }
}
