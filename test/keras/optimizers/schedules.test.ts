// Learning-rate schedules: configs and errors. Their values are checked by the golden cases.
import { describe, expect, it } from 'vitest';
import { deserializeKerasObject, optimizers, serializeKerasObject } from '../../../compiler/index.ts';

const { CosineDecay, ExponentialDecay, PiecewiseConstantDecay } = optimizers.schedules;

describe('a learning-rate schedule', () => {
  it('comes back from its config', () => {
    const serialized = serializeKerasObject(new ExponentialDecay(0.1, 10, 0.5, { staircase: true }));
    expect(serialized).toEqual({
      module: 'keras.optimizers.schedules',
      class_name: 'ExponentialDecay',
      config: { initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.5, staircase: true, name: 'ExponentialDecay' },
      registered_name: null,
    });
    const again = deserializeKerasObject(serialized) as optimizers.schedules.LearningRateSchedule;
    expect(again(19).item()).toBeCloseTo(0.05, 7);
  });

  it('decays from the target at once where a warm-up has no steps', () => {
    expect(new CosineDecay(0.1, 10, { warmupTarget: 0.5 })(0).item()).toBeCloseTo(0.5, 6);
  });

  it('refuses boundaries that do not fit the values, and no steps', () => {
    expect(() => new PiecewiseConstantDecay([1, 2], [1, 2])).toThrow(/boundaries should be 1 less/);
    expect(() => new CosineDecay(0.1, 0)).toThrow(/`decay_steps` must be > 0/);
  });
});
