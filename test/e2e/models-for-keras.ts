// Models made here for real Keras to open: every way in which a graph can be put together.
import { applications, Input, type KerasTensor, layers, Model, ops, Sequential, type Tensor, tensorOf } from '../../compiler/index.ts';

export interface MadeModel {
  readonly name: string;
  readonly model: Model;
  readonly inputs: readonly Tensor[];
}

/** Values between -1 and 1 that do not repeat soon. */
const numbers = (...shape: number[]): Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensorOf(
    'float32',
    shape,
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + shape.length)),
  );
};

const tokens = (...shape: [number, number]): Tensor =>
  tensorOf(
    'int32',
    shape,
    Int32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * 5) % 7),
  );

/** Slices, constants, named arguments and lists of tensors in calls of plain ops. */
function opsOnTensors(): Model {
  const x = Input({ shape: [4, 6] });
  const y = Input({ shape: [4, 6] });
  const part = ops.getItem(x, ['...', { start: 1, stop: 5, step: 2 }]);
  const joined = ops.concatenate([part, ops.multiply(ops.getItem(y, ['...', { start: 0, stop: 2, step: null }]), 0.5)], { axis: -1 });
  const products = ops.einsum('bij,bkj->bik', joined, joined);
  const clipped = ops.clip(ops.add(products, 1), 0, 1.5);
  const chosen = ops.where(ops.greater(clipped, 0.5), clipped, ops.negative(clipped)) as KerasTensor;
  const summed = ops.sum(ops.expandDims(ops.softmax(chosen, { axis: 1 }), 1), { axis: [1, 3], keepdims: false });
  return new Model({ inputs: [x, y], outputs: [summed, ops.transpose(joined, { axes: [0, 2, 1] }), ops.reshape(chosen, [-1, 16])] });
}

/** Models in models, and a model and a layer that are called twice. */
function nestedModels(): Model {
  const block = new Sequential([new layers.Dense(5, { activation: 'gelu' }), new layers.Dense(6)], { name: 'block' });
  const inner = Input({ shape: [6] });
  const residual = new Model({ inputs: inner, outputs: ops.add(inner, block(inner)), name: 'residual' });
  const x = Input({ shape: [6], name: 'x' });
  const shared = new layers.Dense(6, { name: 'shared' });
  const twice = residual(residual(x));
  const output = new layers.Add()([shared(twice), shared(x)]);
  return new Model({ inputs: { x }, outputs: { sum: output, twice } });
}

function recurrence(): Model {
  const x = Input({ shape: [5, 3] });
  const [sequence, state] = new layers.GRU(4, { returnSequences: true, returnState: true })<KerasTensor[]>(x) as [KerasTensor, KerasTensor];
  const again = new layers.GRU(4)(sequence, { initialState: state });
  const both = new layers.Bidirectional(new layers.LSTM(3, { returnSequences: true }), { mergeMode: 'sum' })(sequence);
  const stacked = new layers.RNN([new layers.LSTMCell(3), new layers.SimpleRNNCell(2)], { goBackwards: true })(both);
  const timed = new layers.TimeDistributed(new layers.Dense(2))(both);
  return new Model({ inputs: x, outputs: [again, stacked, timed] });
}

function maskedTokens(): Model {
  const ids = Input({ shape: [6], dtype: 'int32', name: 'ids' });
  const embedded = new layers.Embedding(7, 8, { maskZero: true })(ids);
  const attended = new layers.MultiHeadAttention(2, 4)(embedded, embedded, { useCausalMask: true });
  const grouped = new layers.GroupQueryAttention(4, 4, 2)(attended, embedded);
  const normalized = new layers.LayerNormalization()(new layers.Add()([attended, grouped]));
  return new Model({ inputs: ids, outputs: [new layers.LSTM(3)(normalized), new layers.GlobalAveragePooling1D()(normalized)] });
}

function convolutions(): Model {
  const image = Input({ shape: [9, 8, 4] });
  let x = new layers.Conv2D(6, [3, 2], { padding: 'same', groups: 2, kernelRegularizer: 'l2' })(image);
  x = new layers.BatchNormalization()(x);
  x = new layers.DepthwiseConv2D(3, { depthMultiplier: 2, strides: 2, activation: 'silu' })(x);
  x = new layers.SeparableConv2D(5, 2, { padding: 'same', dilationRate: 1 })(x);
  x = new layers.UpSampling2D({ size: [2, 3], interpolation: 'bilinear' })(x);
  x = new layers.Conv2DTranspose(3, 3, { strides: 2, padding: 'same', kernelConstraint: 'max_norm' })(x);
  x = new layers.PReLU({ sharedAxes: [1, 2] })(new layers.GroupNormalization({ groups: 3 })(x));
  x = new layers.Cropping2D({ cropping: [[1, 2], [0, 1]] })(new layers.ZeroPadding2D({ padding: 1 })(x)); // biome-ignore format: one line
  const pooled = new layers.Concatenate()([new layers.GlobalMaxPooling2D()(x), new layers.GlobalAveragePooling2D()(x)]);
  const rows = new layers.Reshape([-1, 3])(new layers.AveragePooling2D(2)(x));
  return new Model({ inputs: image, outputs: [pooled, new layers.Conv1D(2, 3, { padding: 'causal' })(rows)] });
}

function mixedPrecision(): Model {
  const x = Input({ shape: [6] });
  const hidden = new layers.Dense(8, { activation: 'relu', dtype: 'mixed_bfloat16' })(x);
  const dropped = new layers.Dropout(0.5, { dtype: 'mixed_bfloat16' })(hidden);
  return new Model({ inputs: x, outputs: new layers.Dense(2, { dtype: 'float32', activation: 'softmax' })(dropped) });
}

/** Part of a model that was made before, from an inner tensor to an inner tensor. */
function surgery(): Model {
  const x = Input({ shape: [6] });
  const first = new layers.Dense(5, { name: 'first' })(x);
  const second = new layers.Dense(4, { name: 'second', trainable: false })(first);
  const whole = new Model({ inputs: x, outputs: new layers.Dense(3, { name: 'third' })(second) });
  const inner = whole.getLayer('first').output as KerasTensor;
  return new Model({ inputs: inner, outputs: whole.layers[3]?.output as KerasTensor });
}

/** All of them, with inputs. */
export const modelsForKeras = (): MadeModel[] => [
  { name: 'ops_on_tensors', model: opsOnTensors(), inputs: [numbers(2, 4, 6), numbers(2, 4, 6)] },
  { name: 'nested_models', model: nestedModels(), inputs: [numbers(3, 6)] },
  { name: 'recurrence', model: recurrence(), inputs: [numbers(2, 5, 3)] },
  { name: 'masked_tokens', model: maskedTokens(), inputs: [tokens(3, 6)] },
  { name: 'convolutions', model: convolutions(), inputs: [numbers(2, 9, 8, 4)] },
  { name: 'mixed_precision', model: mixedPrecision(), inputs: [numbers(4, 6)] },
  { name: 'surgery', model: surgery(), inputs: [numbers(4, 5)] },
  {
    name: 'mobilenet_v3',
    model: applications.MobileNetV3Small({ weights: null, inputShape: [32, 32, 3], alpha: 0.25, classes: 3 }),
    inputs: [numbers(1, 32, 32, 3)],
  },
];
