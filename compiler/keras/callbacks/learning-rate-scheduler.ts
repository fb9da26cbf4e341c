// Sets the learning rate at the beginning of each epoch.
import { ValueError } from '../../errors/index.ts';
import { Callback, type Logs } from './callback.ts';
import { learningRateLogs, learningRateOf, optimizersOf } from './learning-rate.ts';

export interface LearningRateSchedulerOptions {
  readonly verbose?: number;
}

/** @example new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * Math.exp(-0.1))) */
export class LearningRateScheduler extends Callback {
  readonly schedule: (epoch: number, learningRate: number) => number;
  readonly verbose: number;

  constructor(schedule: (epoch: number, learningRate: number) => number, { verbose = 0 }: LearningRateSchedulerOptions = {}) {
    super();
    this.schedule = schedule;
    this.verbose = verbose;
  }

  override onEpochBegin(epoch: number): void {
    for (const optimizer of optimizersOf(this.model)) {
      const rate: unknown = this.schedule(epoch, learningRateOf(optimizer));
      if (typeof rate !== 'number') {
        throw new ValueError(`The output of the \`schedule\` function should be a float. Got: ${String(rate)}`, {
          code: 'callback-option',
        });
      }
      optimizer.learningRate = rate;
      if (this.verbose > 0) console.log(`\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
    }
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    Object.assign(logs, learningRateLogs(this.model));
  }
}
