import { describe, expect, it } from 'vitest';
import '../../../compiler/keras/saving/builtin-classes.ts';
import type { Layer } from '../../../compiler/keras/engine/layer.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { deserializeKerasObject } from '../../../compiler/keras/saving/deserialize.ts';
import { serializeKerasObject } from '../../../compiler/keras/saving/serialize.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { numbersOf, sample } from '../ops/numbers.ts';

/** One layer of each kind with options that differ from the defaults, and the shape of an input. */
const examples: readonly (readonly [Layer, readonly number[]])[] = [
  [new layers.Dense(3, { activation: 'tanh', kernelRegularizer: 'l2' }), [2, 4]],
  [new layers.EinsumDense('abc,cd->abd', [3, 5], { biasAxes: 'd' }), [2, 3, 4]],
  [new layers.Conv1D(4, 3, { padding: 'causal', dilationRate: 2 }), [2, 6, 3]],
  [new layers.Conv2D(4, [3, 2], { strides: 2, padding: 'same', activation: 'relu' }), [2, 6, 7, 3]],
  [new layers.Conv3D(2, 2, { useBias: false }), [1, 3, 4, 3, 2]],
  [new layers.Conv2D(4, 3, { dataFormat: 'channels_first', groups: 2 }), [1, 4, 5, 5]],
  [new layers.DepthwiseConv1D(3, { depthMultiplier: 2 }), [1, 5, 3]],
  [new layers.DepthwiseConv2D(3, { padding: 'same' }), [1, 5, 5, 3]],
  [new layers.SeparableConv1D(4, 3), [1, 5, 3]],
  [new layers.SeparableConv2D(4, 3, { strides: 2 }), [1, 7, 7, 3]],
  [new layers.Conv1DTranspose(2, 3, { strides: 2 }), [1, 4, 3]],
  [new layers.Conv2DTranspose(2, 3, { strides: 2, outputPadding: 1, padding: 'same' }), [1, 4, 4, 3]],
  [new layers.Conv3DTranspose(2, 2), [1, 2, 3, 2, 2]],
  [new layers.MaxPooling1D(2, { strides: 1 }), [1, 5, 2]],
  [new layers.MaxPooling2D({ poolSize: 3, padding: 'same' }), [1, 5, 5, 2]],
  [new layers.AveragePooling2D(2, { dataFormat: 'channels_first' }), [1, 2, 4, 4]],
  [new layers.AveragePooling3D(2, { padding: 'same' }), [1, 3, 3, 3, 2]],
  [new layers.GlobalAveragePooling1D({ keepdims: true }), [2, 3, 4]],
  [new layers.GlobalMaxPooling2D(), [2, 3, 3, 4]],
  [new layers.GlobalAveragePooling3D(), [1, 2, 2, 2, 3]],
  [new layers.AdaptiveAveragePooling2D([2, 3]), [1, 5, 7, 2]],
  [new layers.AdaptiveMaxPooling1D(2), [1, 5, 2]],
  [new layers.BatchNormalization({ momentum: 0.9, scale: false }), [2, 3, 4]],
  [new layers.LayerNormalization({ axis: [1, 2] }), [2, 3, 4]],
  [new layers.GroupNormalization({ groups: 2 }), [2, 3, 4]],
  [new layers.RMSNormalization({ epsilon: 1e-3 }), [2, 4]],
  [new layers.UnitNormalization({ axis: 1 }), [2, 4]],
  [new layers.Activation('gelu'), [2, 4]],
  [new layers.ReLU({ maxValue: 0.5, negativeSlope: 0.1 }), [2, 4]],
  [new layers.LeakyReLU(0.1), [2, 4]],
  [new layers.ELU({ alpha: 0.5 }), [2, 4]],
  [new layers.PReLU({ alphaInitializer: 'ones', sharedAxes: [1] }), [2, 3, 4]],
  [new layers.Softmax({ axis: 1 }), [2, 4]],
  [new layers.Dropout(0.3, { seed: 1 }), [2, 4]],
  [new layers.SpatialDropout2D(0.3, { dataFormat: 'channels_first' }), [1, 2, 3, 3]],
  [new layers.GaussianNoise(0.3), [2, 4]],
  [new layers.AlphaDropout(0.3), [2, 4]],
  [new layers.ActivityRegularization({ l1: 0.1 }), [2, 4]],
  [new layers.Flatten({ dataFormat: 'channels_first' }), [2, 2, 3, 3]],
  [new layers.Reshape([-1, 2]), [2, 6]],
  [new layers.Permute([2, 1]), [2, 3, 4]],
  [new layers.RepeatVector(3), [2, 4]],
  [new layers.ZeroPadding1D([1, 2]), [1, 3, 2]],
  [
    new layers.ZeroPadding2D([
      [1, 2],
      [0, 1],
    ]),
    [1, 3, 3, 2],
  ],
  [new layers.ZeroPadding3D(1), [1, 2, 2, 2, 1]],
  [new layers.Cropping1D([1, 0]), [1, 3, 2]],
  [new layers.Cropping2D([1, 0]), [1, 4, 4, 2]],
  [new layers.Cropping3D(1), [1, 3, 3, 3, 1]],
  [new layers.UpSampling1D(3), [1, 3, 2]],
  [new layers.UpSampling2D({ size: [2, 3], interpolation: 'bilinear' }), [1, 3, 3, 2]],
  [new layers.UpSampling3D(2), [1, 2, 2, 2, 1]],
  [new layers.Rescaling(0.5, { offset: 1 }), [2, 4]],
  [new layers.Resizing(3, 4, { interpolation: 'bicubic', cropToAspectRatio: true }), [1, 5, 7, 2]],
  [new layers.CenterCrop(2, 3), [1, 5, 7, 2]],
  [new layers.Normalization({ mean: 0.5, variance: 4 }), [2, 4]],
  [new layers.Masking({ maskValue: 1 }), [2, 3, 4]],
  [new layers.Identity(), [2, 4]],
  [new layers.SimpleRNN(3, { activation: 'relu' }), [2, 4, 3]],
  [new layers.LSTM(3, { returnSequences: true, unitForgetBias: false }), [2, 4, 3]],
  [new layers.GRU(3, { resetAfter: false, goBackwards: true }), [2, 4, 3]],
  [new layers.RNN(new layers.StackedRNNCells([new layers.LSTMCell(2), new layers.GRUCell(3)])), [2, 4, 3]],
  [new layers.Bidirectional(new layers.GRU(3), { mergeMode: 'sum' }), [2, 4, 3]],
  [new layers.TimeDistributed(new layers.Dense(2)), [2, 4, 3]],
  [new layers.ConvLSTM1D(2, 3, { padding: 'same', returnSequences: true }), [2, 3, 5, 2]],
  [new layers.ConvLSTM2D(2, [2, 3], { strides: 2, goBackwards: true }), [1, 3, 6, 6, 2]],
  [new layers.ConvLSTM2D(2, 3, { dataFormat: 'channels_first', unitForgetBias: false }), [1, 3, 2, 5, 5]],
  [new layers.ConvLSTM3D(1, 2, { useBias: false }), [1, 2, 3, 4, 3, 2]],
];

describe('layers', () => {
  it.each(examples.map(([layer, shape]) => [layer.className, layer, shape] as const))(
    '%s computes the same after a trip through a config',
    (_name, layer, shape) => {
      const inputs = sample(shape);
      const outputs = layer(inputs) as Tensor;
      const copy = deserializeKerasObject(JSON.parse(JSON.stringify(serializeKerasObject(layer)))) as Layer;
      copy(inputs);
      copy.setWeights(layer.getWeights());
      expect(numbersOf(copy(inputs) as Tensor)).toEqual(numbersOf(outputs));
      expect(serializeKerasObject(copy)).toEqual(serializeKerasObject(layer));
    },
  );

  it.each(examples.map(([layer, shape]) => [layer.className, layer, shape] as const))(
    '%s tells a symbolic output of the shape that it computes',
    (_name, layer, shape) => {
      const symbolic = layer(layers.Input({ shape: shape.slice(1) }));
      expect(symbolic.shape).toEqual([null, ...(layer(sample(shape)) as Tensor).shape.slice(1)]);
    },
  );
});
