import { describe, expect, it, vi } from 'vitest';
import type { LayerWeights, WeightLayers } from '../../../compiler/formats/model-file.ts';
import { deserializeKerasObject, Input, layers, ops, Sequential, type Tensor } from '../../../compiler/index.ts';
import type { Layer } from '../../../compiler/keras/engine/layer.ts';
import { convertLegacyWeights } from '../../../compiler/keras/saving/legacy-weights.ts';
import { assignWeightLayers, assignWeightsByName } from '../../../compiler/keras/saving/weight-layers.ts';
import { numbersOf, sample } from '../ops/numbers.ts';

const split = (x: Tensor, parts: number): Tensor[] => ops.split(x, parts, { axis: -1 }) as Tensor[];
const join = (parts: readonly Tensor[], axis = -1): Tensor => ops.concatenate(parts, { axis });
const today = (layer: Layer): Tensor[] => layer.weights.map((weight) => weight.read());

function built<T extends Layer>(layer: T, ...shape: number[]): T {
  layer.build([null, ...shape]);
  return layer;
}

/** What stands in the file, given what a layer has, must come back as what it has. */
function expectToday(layer: Layer, stored: readonly Tensor[], origin: { kerasVersion: string; backend?: string }): void {
  const converted = convertLegacyWeights(
    layer,
    stored.map((tensor) => tensor.value),
    { backend: undefined, ...origin },
  );
  expect(converted.map((value) => numbersOf(ops.convertToTensor(value)))).toEqual(today(layer).map(numbersOf));
}

describe('weights of old files', () => {
  it('of CuDNN layers are turned for each gate, with one bias for inputs and one for states', () => {
    for (const [layer, gates] of [
      [built(new layers.GRU(4), 5, 3), 3],
      [built(new layers.LSTM(4), 5, 3), 4],
    ] as const) {
      const [kernel, recurrent, bias] = today(layer) as [Tensor, Tensor, Tensor];
      const kernels = join(split(kernel, gates).map((gate) => ops.reshape(ops.transpose(gate), gate.shape as number[])));
      const states = join(split(recurrent, gates).map((gate) => ops.transpose(gate)));
      const biases = gates === 3 ? ops.reshape(bias, [-1]) : join([ops.zerosLike(bias), bias]);
      expectToday(layer, [kernels, states, biases], { kerasVersion: '2.2.4' });
    }
  });

  it('of Keras 1 stand gate by gate', () => {
    const lstm = built(new layers.LSTM(4), 5, 3);
    const gatesOf = (layer: Layer, count: number): Tensor[][] => today(layer).map((weight) => split(weight, count));
    const byGate = (parts: Tensor[][], order: number[]): Tensor[] => order.flatMap((gate) => parts.map((part) => part[gate] as Tensor));
    // Input, cell, forget, output then; input, forget, cell, output today.
    expectToday(lstm, byGate(gatesOf(lstm, 4), [0, 2, 1, 3]), { kerasVersion: '1.2.2' });
    const gru = built(new layers.GRU(4, { resetAfter: false }), 5, 3);
    expectToday(gru, byGate(gatesOf(gru, 3), [0, 1, 2]), { kerasVersion: '1.0.8' });
  });

  it('of both directions are split first', () => {
    const layer = built(new layers.Bidirectional(new layers.GRU(2, { resetAfter: false })), 4, 3);
    const parts = today(layer).map((weight) => split(weight, 3));
    const stored = [0, 3].flatMap((first) =>
      [0, 1, 2].flatMap((gate) => [0, 1, 2].map((weight) => parts[first + weight]?.[gate] as Tensor)),
    );
    expectToday(layer, stored, { kerasVersion: '1.2.2' });
  });

  it('of convolutions have other axes in Keras 1, and are turned around in Theano', () => {
    const conv1d = built(new layers.Conv1D(4, 3), 6, 2);
    const [line, bias] = today(conv1d) as [Tensor, Tensor];
    expectToday(conv1d, [ops.expandDims(line, 1), bias], { kerasVersion: '1.2.2' });
    const conv2d = built(new layers.Conv2D(4, 3, { dataFormat: 'channels_first' }), 2, 6, 6);
    const [kernel, other] = today(conv2d) as [Tensor, Tensor];
    expectToday(conv2d, [ops.transpose(kernel, { axes: [3, 2, 0, 1] }), other], { kerasVersion: '1.2.2' });
    expectToday(conv2d, [ops.flip(kernel, { axis: [0, 1] }), other], { kerasVersion: '2.1.0', backend: 'theano' });
    expectToday(conv2d, [kernel, other], { kerasVersion: '2.1.0', backend: 'tensorflow' });
  });
});

describe('weights by layer', () => {
  const model = (): Sequential =>
    new Sequential([Input({ shape: [3] }), new layers.Dense(4, { name: 'a' }), new layers.Dense(2, { name: 'b' })]);
  const dense = (name: string, from: number, to: number): LayerWeights => ({
    name,
    weights: [
      { name: 'kernel', value: sample([from, to]).value },
      { name: 'bias', value: sample([to]).value },
    ],
  });
  const file = (...saved: LayerWeights[]): WeightLayers => ({
    layout: 'layers',
    layers: saved,
    topLevel: [],
    kerasVersion: '2.4.0',
    backend: 'tensorflow',
  });
  const kernelOf = (of: Sequential, name: string): number[] => numbersOf((of.getLayer(name) as layers.Dense).kernel?.read() as Tensor);

  it('go by order, or by name where that is asked for', () => {
    const byOrder = model();
    assignWeightLayers(byOrder, file(dense('x', 3, 4), dense('y', 4, 2)));
    expect(kernelOf(byOrder, 'a')).toEqual(numbersOf(sample([3, 4])));
    const byName = model();
    const before = kernelOf(byName, 'a');
    assignWeightsByName(byName, file(dense('b', 4, 2), dense('elsewhere', 9, 9)));
    expect(kernelOf(byName, 'b')).toEqual(numbersOf(sample([4, 2])));
    expect(kernelOf(byName, 'a')).toEqual(before);
  });

  it('that do not fit are an error, or are left out with a warning', () => {
    const target = model();
    expect(() => assignWeightsByName(target, file(dense('b', 4, 7)))).toThrow('Weight expects shape (4, 2)');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    assignWeightsByName(target, file(dense('a', 3, 4), dense('b', 4, 7)), { skipMismatch: true });
    expect(warn.mock.calls.map(([message]) => String(message).split('.')[0])).toHaveLength(2);
    warn.mockRestore();
    expect(kernelOf(target, 'a')).toEqual(numbersOf(sample([3, 4])));
  });
});

describe('configs of old files', () => {
  const revive = (config: object): Layer => deserializeKerasObject(config) as Layer;

  it('name merges by their modes, and may list layers without a name around them', () => {
    expect(revive({ class_name: 'Merge', config: { name: 'm', mode: 'sum', concat_axis: -1 } })).toBeInstanceOf(layers.Add);
    expect((revive({ class_name: 'Merge', config: { name: 'm', mode: 'concat', concat_axis: 1 } }) as layers.Concatenate).axis).toBe(1);
    const nested = revive({
      class_name: 'Sequential',
      config: [{ class_name: 'Dense', config: { output_dim: 2, input_dim: 3, name: 'd' } }],
    });
    expect((nested as Sequential).getLayer('d').weights[0]?.shape).toEqual([3, 2]);
  });

  it('have the GRU of CuDNN apply its reset after the product, that of Keras 1 before', () => {
    const resets = (className: string): unknown =>
      (revive({ class_name: className, config: { units: 2, name: 'g' } }).getConfig() as { resetAfter: boolean }).resetAfter;
    expect([resets('CuDNNGRU'), resets('GRU')]).toEqual([true, false]);
  });

  it('give regularizers and constraints by bare names', () => {
    const { kernelSettings } = revive({
      class_name: 'Dense',
      config: {
        output_dim: 2,
        W_regularizer: { name: 'WeightRegularizer', l1: 0, l2: 0.5 },
        W_constraint: { name: 'MaxNorm', m: 3, axis: 0 },
      },
    }) as layers.Dense;
    expect(numbersOf((kernelSettings.regularizer as (x: Tensor) => Tensor)(ops.ones([2])))).toEqual([1]);
    expect(kernelSettings.constraint?.constructor.name).toBe('MaxNorm');
  });
});
