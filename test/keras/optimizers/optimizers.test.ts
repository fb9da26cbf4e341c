// Optimizers: names, configs, options and steps inside a trace. Their trajectories are checked by the golden cases.
import { describe, expect, it } from 'vitest';
import { ops, optimizers, Variable } from '../../../compiler/index.ts';
import { trace } from '../../../compiler/trace/trace.ts';

const weight = (): Variable => new Variable(ops.array([1, 2]), { name: 'kernel' });

describe('an optimizer', () => {
  it('takes the learning rate first, or all options', () => {
    expect(new optimizers.Adam(0.25).getConfig()).toMatchObject({ learningRate: 0.25, beta_1: 0.9, weightDecay: null });
    expect(new optimizers.AdamW({ learningRate: 0.5 }).getConfig()).toMatchObject({ learningRate: 0.5, weightDecay: 0.004 });
  });

  it('is found by its name and comes back from its config, schedule included', () => {
    expect(optimizers.get('rmsprop')).toBeInstanceOf(optimizers.RMSprop);
    const optimizer = new optimizers.SGD(new optimizers.schedules.ExponentialDecay(1, 1, 0.5), { momentum: 0.5, name: 'mine' });
    const serialized = optimizers.serialize(optimizer);
    expect(serialized.config).toMatchObject({ name: 'mine', momentum: 0.5, learning_rate: { class_name: 'ExponentialDecay' } });
    expect(optimizers.serialize(optimizers.deserialize(serialized))).toEqual(serialized);
  });

  it('changes weights only when enough gradients are gathered', () => {
    const optimizer = new optimizers.SGD(1, { gradientAccumulationSteps: 2 });
    const variable = weight();
    optimizer.apply([ops.array([1, 1])], [variable]);
    expect(Array.from(variable.value.data, Number)).toEqual([1, 2]);
    optimizer.apply([ops.array([3, 1])], [variable]);
    expect(Array.from(variable.value.data, Number)).toEqual([-1, 1]);
  });

  it('skips a step whose gradients overflow, and halves the loss scale', () => {
    const optimizer = new optimizers.LossScaleOptimizer(new optimizers.SGD(1), { initialScale: 8 });
    const variable = weight();
    optimizer.apply([ops.array([Number.POSITIVE_INFINITY, 1])], [variable]);
    expect(Array.from(variable.value.data, Number)).toEqual([1, 2]);
    expect(optimizer.scaleLoss(ops.array(1)).item()).toBe(4);
    expect(optimizer.iterations.item()).toBe(0n);
  });

  it('leaves its step in a trace as updates of variables', () => {
    const variable = weight();
    const optimizer = new optimizers.Adam();
    optimizer.build([variable]);
    const input = { name: 'gradient', shape: [2], dtype: 'float32' } as const;
    const { graph } = trace(
      'step',
      [input],
      (gradient) => optimizer.apply([gradient], [variable]),
      () => [],
    );
    expect(graph.updates).toHaveLength(4);
    expect(Array.from(variable.value.data, Number)).toEqual([1, 2]);
  });

  it('refuses options that contradict each other or that it does not know', () => {
    expect(() => new optimizers.Adam({ clipnorm: 1, clipvalue: 1 })).toThrow(/Only one of `clipnorm`/);
    expect(() => new optimizers.SGD({ momentum: 2 })).toThrow(/`momentum` must be a float/);
    expect(() => new optimizers.Adam({ momentum: 1 } as optimizers.OptimizerOptions)).toThrow(/not recognized: "momentum"/);
    expect(() => optimizers.get('nothing' as never)).toThrow(/nothing/);
  });
});
