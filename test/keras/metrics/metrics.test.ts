// Metrics: state, weights, masks, names, configs, and updates inside a trace. Their values are checked by the golden cases.
import { describe, expect, it } from 'vitest';
import { deserializeKerasObject, metrics, ops, type TensorLike } from '../../../compiler/index.ts';
import { setKerasMask } from '../../../compiler/keras/engine/mask.ts';
import { trace } from '../../../compiler/trace/trace.ts';

const number = (value: metrics.MetricResult): number => Number((value as { item(): number }).item());

/** Counts batches, and keeps a mean in a property. */
class CountedMean extends metrics.Metric {
  readonly batches = this.addVariable([], { name: 'batches', dtype: 'int32' });
  readonly mean = new metrics.Mean();

  override updateState(yTrue: TensorLike, yPred: TensorLike): void {
    this.batches.assign(ops.add(this.batches.read(), 1));
    this.mean.updateState(ops.subtract(yTrue, yPred));
  }

  override result() {
    return { batches: this.batches.read(), mean: this.mean.result() };
  }
}

describe('a metric', () => {
  it('adds up over updates until it is reset', () => {
    const mean = new metrics.Mean();
    mean.updateState([1, 3]);
    expect(mean([5, 7, 9]).item()).toBe(5);
    mean.resetState();
    expect(mean.result().item()).toBe(0);
    expect(mean([4]).item()).toBe(4);
  });

  it('weighs samples', () => {
    expect(new metrics.Mean()([1, 3, 5, 7], { sampleWeight: [1, 1, 0, 0] }).item()).toBe(2);
    expect(new metrics.Sum()([1, 3, 5, 7], { sampleWeight: [1, 1, 0, 0] }).item()).toBe(4);
  });

  it('leaves out what the mask of the predictions leaves out', () => {
    const predictions = ops.array([1, 0, 0, 0]);
    setKerasMask(predictions, ops.array([true, true, false, false]));
    expect(new metrics.Accuracy()(ops.array([1, 1, 1, 1]), predictions).item()).toBe(0.5);
  });

  it('finds the state of metrics in its properties and resets it', () => {
    const metric = new CountedMean();
    metric(ops.array([3, 5]), ops.array([1, 1]));
    expect(metric.variables.map(({ path }) => path)).toEqual([`${metric.name}/batches`, 'mean/total', 'mean/count']);
    expect(number(metric.result().mean)).toBe(3);
    metric.resetState();
    expect(Object.values(metric.result()).map(number)).toEqual([0, 0]);
  });

  it('updates its variables as part of a traced step', () => {
    const accuracy = new metrics.BinaryAccuracy();
    const inputs = ['yTrue', 'yPred'].map((name) => ({ name, dtype: 'float32', shape: [4] }) as const);
    const { graph } = trace(
      'step',
      inputs,
      (yTrue, yPred) => {
        accuracy.updateState(yTrue as TensorLike, yPred as TensorLike);
        return accuracy.result();
      },
      (result) => [result],
    );
    expect(graph.parameters.map(({ path }) => path).sort()).toEqual(['binary_accuracy/count', 'binary_accuracy/total']);
    expect(graph.updates.map(({ path }) => path).sort()).toEqual(['binary_accuracy/count', 'binary_accuracy/total']);
    expect(accuracy.result().item()).toBe(0);
  });

  it('makes the state of an unknown number of classes inside a trace', () => {
    const score = new metrics.F1Score({ average: 'macro' });
    const inputs = ['yTrue', 'yPred'].map((name) => ({ name, dtype: 'float32', shape: [2, 3] }) as const);
    const { graph } = trace(
      'step',
      inputs,
      (yTrue, yPred) => score(yTrue as TensorLike, yPred as TensorLike),
      (result) => [result],
    );
    expect(graph.updates).toHaveLength(4);
    expect(score.variables.map(({ shape }) => shape)).toEqual([[3], [3], [3], [3]]);
  });

  it('says which methods a class of the user lacks', () => {
    class Empty extends metrics.Metric {}
    expect(() => new Empty().updateState([], [])).toThrow(/Empty has no updateState method/);
    expect(() => new Empty().result()).toThrow(/Empty has no result method/);
  });
});

describe('metrics.get', () => {
  it('finds metrics by class, by snake case and by short names', () => {
    expect(metrics.get('mse')).toBeInstanceOf(metrics.MeanSquaredError);
    expect(metrics.get('AUC')).toBeInstanceOf(metrics.AUC);
    expect(metrics.get('auc')).toBeInstanceOf(metrics.AUC);
    expect(metrics.get('kl_divergence')).toBeInstanceOf(metrics.KLDivergence);
  });

  it('keeps functions and metrics, and makes classes', () => {
    const distance = (yTrue: TensorLike, yPred: TensorLike) => ops.abs(ops.subtract(yTrue, yPred));
    const mean = new metrics.MeanSquaredError();
    expect(metrics.get(distance)).toBe(distance);
    expect(metrics.get(mean)).toBe(mean);
    expect(metrics.get(metrics.Recall as never)).toBeInstanceOf(metrics.Recall);
    expect(metrics.get(null)).toBeUndefined();
  });

  it('reads what serialize wrote', () => {
    const serialized = metrics.serialize(new metrics.OneHotMeanIoU(3, { ignoreClass: 1 }));
    expect(serialized).toMatchObject({ module: 'keras.metrics', class_name: 'OneHotMeanIoU' });
    const again = metrics.get(serialized) as metrics.OneHotMeanIoU;
    expect(again).toBeInstanceOf(metrics.OneHotMeanIoU);
    expect(metrics.serialize(again)).toEqual(serialized);
  });

  it('refuses what is no metric', () => {
    expect(() => metrics.get('most' as never)).toThrow(/Could not interpret metric identifier: most/);
    expect(() => metrics.get(3 as never)).toThrow(/Could not interpret metric identifier: 3/);
  });
});

describe('MeanMetricWrapper', () => {
  it('hands its other options to the function', () => {
    const wrapper = new metrics.MeanMetricWrapper(metrics.binaryAccuracy as never, { name: 'strict', threshold: 0.9 });
    expect(wrapper(ops.array([1, 1]), ops.array([0.8, 0.95])).item()).toBe(0.5);
  });

  it('writes a function of Keras by its name, and finds it again', () => {
    const serialized = metrics.serialize(new metrics.MeanMetricWrapper(metrics.meanSquaredError, { name: 'mine' }));
    expect(serialized.config['fn']).toMatchObject({ class_name: 'function', config: 'mean_squared_error' });
    const again = deserializeKerasObject(serialized) as metrics.MeanMetricWrapper;
    expect(again.fn).toBe(metrics.meanSquaredError);
  });

  it('does not write a function of the user', () => {
    const wrapper = new metrics.MeanMetricWrapper((yTrue, yPred) => ops.subtract(yTrue, yPred));
    expect(() => metrics.serialize(wrapper)).toThrow(/cannot be written to a model file/);
  });
});

describe('AUC', () => {
  it('has a result for several labels only once their number is known', () => {
    expect(() => new metrics.AUC({ multiLabel: true }).result()).toThrow(/no result before its first update/);
    expect(() => new metrics.AUC({ numLabels: 2 })).toThrow(/`num_labels` is needed only/);
    expect(() => new metrics.AUC({ multiLabel: true }).updateState([1, 0], [1, 0])).toThrow(/must have rank 2/);
  });

  it('weighs labels', () => {
    const yTrue = ops.array([[1, 0], [0, 1]]); // biome-ignore format: one line
    const yPred = ops.array([[0.9, 0.9], [0.1, 0.1]]); // biome-ignore format: one line
    // The first label is separated perfectly (area 1), the second the wrong way (area 0).
    const area = (labelWeights: number[]): number => number(new metrics.AUC({ multiLabel: true, labelWeights })(yTrue, yPred));
    expect(area([1, 0])).toBeCloseTo(1, 6);
    expect(area([1, 3])).toBeCloseTo(0.25, 6);
  });
});
