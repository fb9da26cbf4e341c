import { describe, expect, it } from 'vitest';
import '../../../compiler/keras/saving/builtin-classes.ts';
import type { Node, NodeOf } from '../../../compiler/ir/graph.ts';
import type { KerasTensor } from '../../../compiler/keras/engine/keras-tensor.ts';
import { getKerasMask } from '../../../compiler/keras/engine/mask.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { Model, Sequential, traceModel } from '../../../compiler/keras/models/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { deserializeKerasObject } from '../../../compiler/keras/saving/deserialize.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from '../ops/numbers.ts';

const difference = (a: Tensor, b: Tensor): number => worstDifference(numbersOf(a), numbersOf(b));

describe('recurrent layers', () => {
  it('give the last output of the sequence, and the states after it', () => {
    const inputs = sample([2, 5, 3]);
    const layer = new layers.LSTM(4, { returnSequences: true, returnState: true });
    const [sequence, hidden, carry] = layer<Tensor[]>(inputs) as [Tensor, Tensor, Tensor];
    expect(sequence.shape).toEqual([2, 5, 4]);
    expect(numbersOf(ops.getItem(sequence, ['...', -1, {}]))).toEqual(numbersOf(hidden));
    const last = new layers.LSTM(4);
    last.build([null, null, 3]);
    last.setWeights(layer.getWeights());
    expect(numbersOf(last(inputs))).toEqual(numbersOf(hidden));
    expect(carry.shape).toEqual([2, 4]);
  });

  it.each([layers.SimpleRNN, layers.GRU, layers.LSTM])('compute the same steps unrolled as in a loop (%#)', (Class) => {
    const inputs = sample([2, 4, 3]);
    const looped = new Class(3, { returnSequences: true, goBackwards: true });
    const expected = looped(inputs);
    const unrolled = new Class(3, { returnSequences: true, goBackwards: true, unroll: true });
    unrolled.build([2, 4, 3]);
    unrolled.setWeights(looped.getWeights());
    expect(numbersOf(unrolled(inputs))).toEqual(numbersOf(expected));
  });

  it('run backwards as forwards on the reversed sequence', () => {
    const inputs = sample([2, 5, 3]);
    const backwards = new layers.GRU(4, { goBackwards: true, returnSequences: true });
    const outputs = backwards(inputs);
    const forwards = new layers.GRU(4, { returnSequences: true });
    forwards.build([2, 5, 3]);
    forwards.setWeights(backwards.getWeights());
    expect(numbersOf(forwards(ops.flip(inputs, { axis: 1 })))).toEqual(numbersOf(outputs));
  });

  it('skip masked steps: padding at the end changes nothing', () => {
    const inputs = sample([2, 3, 4]);
    const padded = ops.pad(inputs, [
      [0, 0],
      [0, 2],
      [0, 0],
    ]);
    const layer = new layers.LSTM(3);
    const expected = numbersOf(layer(inputs));
    expect(numbersOf(layer(new layers.Masking()(padded)))).toEqual(expected);
  });

  it('repeat the output of the step before a masked one, or give 0 where asked to', () => {
    const mask = ops.convertToTensor([[true, false, true]]);
    const layer = new layers.SimpleRNN(2, { returnSequences: true });
    const rows = numbersOf(layer(sample([1, 3, 2]), { mask }));
    expect(rows.slice(2, 4)).toEqual(rows.slice(0, 2));
    layer.zeroOutputForMask = true;
    expect(numbersOf(layer(sample([1, 3, 2]), { mask })).slice(2, 4)).toEqual([0, 0]);
  });

  it('begin with the states that they are given', () => {
    const inputs = sample([2, 6, 3]);
    const layer = new layers.GRU(4, { returnState: true });
    const [whole] = layer<Tensor[]>(inputs) as [Tensor];
    const half = (start: number, stop: number): Tensor => ops.getItem(inputs, [{}, { start, stop }]);
    const [, state] = layer<Tensor[]>(half(0, 3)) as [Tensor, Tensor];
    const [rest] = layer<Tensor[]>(half(3, 6), { initialState: state }) as [Tensor];
    expect(numbersOf(rest)).toEqual(numbersOf(whole));
    expect(numbersOf((layer<Tensor[]>([half(3, 6), state]) as [Tensor])[0])).toEqual(numbersOf(whole));
  });

  it('keep their states from call to call where they are stateful', () => {
    const inputs = sample([2, 6, 3]);
    const layer = new layers.LSTM(4, { stateful: true });
    const half = (start: number, stop: number): Tensor => ops.getItem(inputs, [{}, { start, stop }]);
    const whole = numbersOf(layer(inputs));
    layer.resetState();
    layer(half(0, 3));
    expect(numbersOf(layer(half(3, 6)))).toEqual(whole);
    expect(layer.weights.map(({ name }) => name)).toEqual(['kernel', 'recurrent_kernel', 'bias']);
    expect(() => layer(sample([3, 6, 3]))).toThrow(/Expected batch size: 2\n- Received batch size: 3/);
  });

  it('refuse to be stateful without a batch size', () => {
    expect(() => new layers.LSTM(2, { stateful: true })(layers.Input({ shape: [3, 2] }))).toThrow(/the batch size must be static/);
  });

  it('drop out while training alone', () => {
    const inputs = sample([2, 3, 4]);
    const layer = new layers.GRU(3, { dropout: 0.5, recurrentDropout: 0.5, seed: 1 });
    const calm = numbersOf(layer(inputs));
    expect(numbersOf(layer(inputs))).toEqual(calm);
    expect(numbersOf(layer(inputs, { training: true }))).not.toEqual(calm);
  });

  it('stay loops in the traced program, with the product of the inputs outside', () => {
    const x = layers.Input({ shape: [64, 3] });
    const { nodes } = traceModel(new Model({ inputs: x, outputs: new layers.LSTM(4)(x) }));
    const scan = nodes.find((node): node is NodeOf<'scan'> => node.op === 'scan') as NodeOf<'scan'>;
    expect(scan.params.length).toBe(64);
    const products = (list: readonly Node[]): number => list.filter(({ op }) => op === 'dot_general').length;
    expect([products(nodes), products(scan.params.body.nodes)]).toEqual([1, 1]);
  });
});

describe('RNN', () => {
  it('runs the cells of a stack one on the other', () => {
    const inputs = sample([2, 4, 3]);
    const stacked = new layers.RNN(new layers.StackedRNNCells([new layers.GRUCell(3), new layers.LSTMCell(2)]));
    const outputs = stacked(inputs);
    const [first, second] = [new layers.GRU(3, { returnSequences: true }), new layers.LSTM(2)];
    const both = new Sequential([layers.Input({ shape: [4, 3] }), first, second]);
    both.setWeights(stacked.getWeights());
    expect(difference(both<Tensor>(inputs), outputs)).toBeLessThan(float32Error(4));
  });

  it('calls a cell of the user as a layer', () => {
    class Sum extends layers.Layer {
      readonly stateSize = 3;
      override call(inputs: Tensor, states: readonly Tensor[]): Tensor[] {
        const next = ops.add(inputs, states[0] as Tensor);
        return [next, [next]] as unknown as Tensor[];
      }
    }
    const inputs = sample([2, 4, 3]);
    const layer = new layers.RNN(new Sum(), { returnSequences: true });
    expect(difference(layer(inputs), ops.cumsum(inputs, { axis: 1 }))).toBeLessThan(float32Error(4));
  });
});

describe('GRU', () => {
  it('of an old file without reset_after applies the reset gate first', () => {
    const config = { name: 'gru', units: 4 };
    expect((deserializeKerasObject({ class_name: 'GRU', config }) as layers.GRU).getConfig()['resetAfter']).toBe(false);
    const now = deserializeKerasObject({ module: 'keras.layers', class_name: 'GRU', config }) as layers.GRU;
    expect(now.getConfig()['resetAfter']).toBe(true);
  });
});

describe('Bidirectional', () => {
  it('joins a layer and its mirror image', () => {
    const inputs = sample([2, 5, 3]);
    const layer = new layers.Bidirectional(new layers.LSTM(4, { returnSequences: true }));
    const outputs = layer(inputs);
    expect(outputs.shape).toEqual([2, 5, 8]);
    const backward = layer.backwardLayer(inputs) as Tensor;
    expect(numbersOf(ops.getItem(outputs, ['...', { start: 4 }]))).toEqual(numbersOf(ops.flip(backward, { axis: 1 })));
    expect(layer.backwardLayer.name).toMatch(/^backward_lstm/);
  });

  it('refuses two layers of one direction', () => {
    const backwardLayer = new layers.GRU(2);
    expect(() => new layers.Bidirectional(new layers.GRU(2), { backwardLayer })).toThrow(/should have different `go_backwards` value/);
  });
});

describe('TimeDistributed', () => {
  it('applies a layer to every step, and passes the mask on', () => {
    const inputs = new layers.Masking()(sample([2, 3, 6, 6, 1]));
    const inner = new layers.Conv2D(2, 3);
    const outputs = new layers.TimeDistributed(inner)(inputs);
    const step = inner(ops.getItem(inputs, [{}, 1])) as Tensor;
    expect(numbersOf(ops.getItem(outputs, [{}, 1]))).toEqual(numbersOf(step));
    expect(getKerasMask(outputs)).toBe(getKerasMask(inputs));
  });

  it('leaves the number of steps open', () => {
    const x = layers.Input({ shape: [null, 4] });
    expect((new layers.TimeDistributed(new layers.Dense(2))(x) as KerasTensor).shape).toEqual([null, null, 2]);
  });

  it('refuses inputs without a time axis', () => {
    expect(() => new layers.TimeDistributed(new layers.Dense(2))(layers.Input({ shape: [3] }))).toThrow(
      /with at least 3 dimensions, received: \(None, 3\)/,
    );
  });
});
