// The base of callbacks that watch one of the logs: which way is better, and by how much.
import { ValueError } from '../../errors/index.ts';
import { Callback } from './callback.ts';

/** Which values are better. `auto` asks the metric. */
export type MonitorMode = 'auto' | 'min' | 'max';

export interface MonitorOptions {
  /** The name in the logs. Default `val_loss`. */
  readonly monitor?: string;
  readonly mode?: MonitorMode;
  /** How much better a value must be to count. Default 0. */
  readonly minDelta?: number;
}

export abstract class MonitorCallback extends Callback {
  readonly monitor: string;
  readonly mode: MonitorMode;
  readonly minDelta: number;
  /** The best value so far. */
  best: number | undefined;
  #isLowerBetter: boolean | undefined;

  constructor({ monitor = 'val_loss', mode = 'auto', minDelta = 0 }: MonitorOptions, baseline?: number | null) {
    super();
    this.monitor = monitor;
    this.mode = ['auto', 'min', 'max'].includes(mode) ? mode : this.#warnOfMode(mode);
    this.minDelta = Math.abs(minDelta);
    this.best = baseline ?? undefined;
  }

  #warnOfMode(mode: string): MonitorMode {
    console.warn(`${this.constructor.name} mode '${mode}' is unknown, fallback to auto mode.`);
    return 'auto';
  }

  /** Whether a value beats another by at least `minDelta`; anything beats nothing. */
  protected isImprovement(value: number, reference: number | undefined): boolean {
    this.#isLowerBetter ??= this.#findDirection();
    if (reference === undefined) return true;
    // In float32, as Keras compares.
    const [low, high] = [Math.fround(value + this.minDelta), Math.fround(value - this.minDelta)];
    return this.#isLowerBetter ? low < Math.fround(reference) : high > Math.fround(reference);
  }

  /** Settles which way is better. Metrics are known once training has begun, so this is not done before. */
  protected settleDirection(): void {
    this.#isLowerBetter ??= this.#findDirection();
  }

  override saveState(): Readonly<Record<string, unknown>> {
    return { best: this.best };
  }

  override restoreState({ best }: Readonly<Record<string, unknown>>): void {
    if (typeof best === 'number') this.best = best;
  }

  #findDirection(): boolean {
    if (this.mode !== 'auto') return this.mode === 'min';
    const name = this.monitor.replace(/^val_/, '');
    const direction = this.model.metricDirection(name);
    if (direction !== undefined) return direction === 'down';
    if (name === 'loss') return true;
    throw new ValueError(
      `${this.constructor.name} callback received monitor=${this.monitor}, but Keras isn't able to automatically determine whether ` +
        "that metric should be maximized or minimized. Pass `mode='max'` in order to monitor based on the highest metric value, " +
        "or pass `mode='min'` in order to use the lowest value.",
      { code: 'monitor-direction' },
    );
  }
}
