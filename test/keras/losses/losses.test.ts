// Losses: reductions, weights, names and configs. Their values are checked by the golden cases.
import { describe, expect, it } from 'vitest';
import { losses, ops } from '../../../compiler/index.ts';
import { setKerasMask } from '../../../compiler/keras/engine/mask.ts';

const targets = ops.array([
  [0, 2],
  [1, 1],
]);
const predictions = ops.array([
  [1, 1],
  [1, 3],
]);

describe('a loss', () => {
  it('reduces losses per sample as asked', () => {
    const reduced = (reduction: losses.Reduction) =>
      Array.from(new losses.MeanSquaredError({ reduction })(targets, predictions).data, Number);
    expect(reduced(null)).toEqual([1, 2]);
    expect(reduced('sum')).toEqual([3]);
    expect(reduced('sum_over_batch_size')).toEqual([1.5]);
  });

  it('divides by the weights only in mean_with_sample_weight', () => {
    const weights = ops.array([1, 3]);
    expect(new losses.MeanSquaredError()(targets, predictions, weights).item()).toBe(3.5);
    expect(new losses.MeanSquaredError({ reduction: 'mean_with_sample_weight' })(targets, predictions, weights).item()).toBe(1.75);
  });

  it('leaves masked samples out of the mean', () => {
    const masked = ops.array([
      [1, 1],
      [1, 3],
    ]);
    setKerasMask(masked, ops.array([false, true]));
    expect(new losses.MeanSquaredError()(targets, masked).item()).toBe(2);
  });

  it('counts no ignored class in the mean', () => {
    const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: -1 });
    const probabilities = ops.array([
      [0.5, 0.5],
      [0.9, 0.1],
    ]);
    expect(loss(ops.array([0, -1]), probabilities).item()).toBeCloseTo(Math.LN2, 6);
  });

  it('is found by its names and its config', () => {
    expect(losses.get('mse')).toBe(losses.meanSquaredError);
    expect(losses.get('MeanSquaredError')).toBeInstanceOf(losses.MeanSquaredError);
    const huber = losses.get({ class_name: 'Huber', config: { name: 'huber_loss', delta: 2 } }) as losses.Huber;
    expect(losses.serialize(huber)).toEqual({
      module: 'keras.losses',
      class_name: 'Huber',
      config: { name: 'huber_loss', reduction: 'sum_over_batch_size', delta: 2 },
      registered_name: null,
    });
    expect(losses.deserialize(losses.serialize(losses.klDivergence))).toBe(losses.klDivergence);
  });

  it('is refused with its name where there is none', () => {
    expect(() => losses.get('nothing' as never)).toThrow(/Could not interpret loss identifier: nothing/);
    expect(() => new losses.Huber({ reduction: 'most' as losses.Reduction })).toThrow(/Invalid value for argument `reduction`/);
  });
});
