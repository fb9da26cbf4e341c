// Puts the moving average of the weights into the model while it is evaluated.
import { ValueError } from '../../errors/index.ts';
import { LossScaleOptimizer } from '../optimizers/loss-scale-optimizer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { Callback } from './callback.ts';

export interface SwapEMAWeightsOptions {
  /** Whether to swap at the end of each epoch too, so that checkpoints hold the average. Default false. */
  readonly swapOnEpoch?: boolean;
}

/** For optimizers with `useEma`. */
export class SwapEMAWeights extends Callback {
  readonly swapOnEpoch: boolean;
  #isAverageInModel = false;

  constructor({ swapOnEpoch = false }: SwapEMAWeightsOptions = {}) {
    super();
    this.swapOnEpoch = swapOnEpoch;
  }

  get #optimizer(): Optimizer {
    const optimizer = this.model.requireOptimizer();
    const own = optimizer instanceof LossScaleOptimizer ? optimizer.innerOptimizer : optimizer;
    if (own.settings.useEma) return own;
    throw new ValueError('SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. Received: use_ema=False', {
      code: 'no-ema',
      cure: 'For example: new optimizers.Adam({ useEma: true }).',
    });
  }

  #swap(isAverageInModel: boolean): void {
    if (this.#isAverageInModel === isAverageInModel) return;
    for (const [variable, average] of this.#optimizer.movingAverages) {
      const value = variable.read();
      variable.assign(average.read());
      average.assign(value);
    }
    this.#isAverageInModel = isAverageInModel;
  }

  override onEpochBegin(): void {
    if (this.swapOnEpoch) this.#swap(false);
  }

  override onEpochEnd(epoch: number): void {
    if (!this.swapOnEpoch) return;
    this.#swap(true);
    // After the last epoch the optimizer writes its averages over the weights: these are what it must find there.
    if (epoch !== (this.params?.epochs ?? 0) - 1) return;
    for (const [variable, average] of this.#optimizer.movingAverages) average.assign(variable.read());
  }

  override onTestBegin(): void {
    this.#swap(true);
  }

  override onTestEnd(): void {
    this.#swap(false);
  }

  override onPredictBegin(): void {
    this.#swap(true);
  }

  override onPredictEnd(): void {
    this.#swap(false);
  }
}
