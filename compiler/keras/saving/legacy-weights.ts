// Weights as Keras 1, CuDNN layers and Theano kept them, brought into the form of today.
import { ValueError } from '../../errors/index.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Layer } from '../engine/layer.ts';
import { toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';

/** What wrote a file. */
export interface WeightOrigin {
  readonly kerasVersion: string;
  /** `tensorflow`, `theano`, ...; Theano turns kernels around. */
  readonly backend: string | undefined;
}

/** The weights of a layer in today's form and order. */
export function convertLegacyWeights(layer: Layer, values: readonly NDArray[], origin: WeightOrigin): NDArray[] {
  const tensors = values.map((value) => toTensor(value));
  return convert(layer, tensors, origin).map((tensor, index) => (tensor === tensors[index] ? (values[index] as NDArray) : tensor.value));
}

function convert(layer: Layer, weights: Tensor[], origin: WeightOrigin): Tensor[] {
  const { forwardLayer, backwardLayer, layer: wrapped } = layer as Layer & Readonly<Record<string, unknown>>;
  if (layer.className === 'Bidirectional') {
    const half = weights.length / 2;
    return [
      ...convert(forwardLayer as Layer, weights.slice(0, half), origin),
      ...convert(backwardLayer as Layer, weights.slice(half), origin),
    ];
  }
  if (layer.className === 'TimeDistributed') return convert(wrapped as Layer, weights, origin);
  if ('getLayer' in layer) return convertNested(layer, weights, origin);
  const ofKeras1 = origin.kerasVersion.startsWith('1') ? fromKeras1(layer, weights) : weights;
  return fromCudnn(layer, fromTheano(layer, ofKeras1, origin));
}

/** Models list what is trained of all their layers first. */
function convertNested(model: Layer, weights: Tensor[], origin: WeightOrigin): Tensor[] {
  const counts = model.sublayers.map((layer) => ({
    layer,
    trained: layer.trainableWeights.length,
    frozen: layer.nonTrainableWeights.length,
  }));
  const expected = counts.reduce((sum, { trained, frozen }) => sum + trained + frozen, 0);
  // Keras 1 kept more arrays for a recurrent layer than there are weights: where one begins cannot be told.
  if (expected !== weights.length) return weights;
  let trained = 0;
  let frozen = counts.reduce((sum, each) => sum + each.trained, 0);
  const first: Tensor[] = [];
  const last: Tensor[] = [];
  for (const each of counts) {
    const own = [...weights.slice(trained, trained + each.trained), ...weights.slice(frozen, frozen + each.frozen)];
    const converted = convert(each.layer, own, origin);
    first.push(...converted.slice(0, each.trained));
    last.push(...converted.slice(each.trained));
    trained += each.trained;
    frozen += each.frozen;
  }
  return [...first, ...last];
}

const join = (weights: readonly Tensor[], ...places: number[]): Tensor =>
  ops.concatenate(
    places.map((place) => weights[place] as Tensor),
    { axis: -1 },
  );

const turn = (kernel: Tensor, ...axes: number[]): Tensor => ops.transpose(kernel, { axes });

/** Keras 1 kept a kernel for each gate, and images channels first as filters, channels, rows, columns. */
function fromKeras1(layer: Layer, weights: Tensor[]): Tensor[] {
  const [kernel, ...rest] = weights;
  if (!kernel) return weights;
  const isFirst = (layer as Layer & { readonly dataFormat?: string }).dataFormat === 'channels_first';
  const { className } = layer;
  if (className === 'Conv1D' && kernel.rank === 4) return [conv1dFromKeras1(layer, kernel), ...rest];
  if (className === 'Conv2D' && isFirst) return [turn(kernel, 2, 3, 1, 0), ...rest];
  if (className === 'Conv2DTranspose') return [isFirst ? turn(kernel, 2, 3, 0, 1) : turn(kernel, 0, 1, 3, 2), ...rest];
  if (className === 'Conv3D' && isFirst) return [turn(kernel, 2, 3, 4, 1, 0), ...rest];
  if (className === 'GRU' && weights.length === 9) return [join(weights, 0, 3, 6), join(weights, 1, 4, 7), join(weights, 2, 5, 8)];
  // Then the gates were input, cell, forget, output; today they are input, forget, cell, output.
  if ((className === 'LSTM' || className === 'ConvLSTM2D') && weights.length === 12) {
    const joined = [join(weights, 0, 6, 3, 9), join(weights, 1, 7, 4, 10), join(weights, 2, 8, 5, 11)];
    return className === 'ConvLSTM2D' && isFirst ? joined.map((each) => (each.rank === 4 ? turn(each, 2, 3, 1, 0) : each)) : joined;
  }
  return weights;
}

function conv1dFromKeras1(layer: Layer, kernel: Tensor): Tensor {
  const { kernelSize, filters } = layer as Layer & { readonly kernelSize: readonly number[]; readonly filters: number };
  const isOldest = kernel.shape[0] !== kernelSize[0] || kernel.shape[1] !== 1 || kernel.shape[3] !== filters;
  return ops.squeeze(isOldest ? turn(kernel, 2, 3, 1, 0) : kernel, { axis: 1 });
}

const CONVOLUTIONS = new Set(['Conv1D', 'Conv2D', 'Conv3D', 'Conv2DTranspose', 'ConvLSTM2D']);

/** Theano's convolutions turn the kernel around, TensorFlow's do not. */
function fromTheano(layer: Layer, weights: Tensor[], { backend }: WeightOrigin): Tensor[] {
  if (backend !== 'theano' || !CONVOLUTIONS.has(layer.className)) return weights;
  const kernels = layer.className === 'ConvLSTM2D' ? 2 : 1;
  return weights.map((weight, index) => {
    const spatial = Array.from({ length: weight.rank - 2 }, (_, axis) => axis);
    return index < kernels ? ops.flip(weight, { axis: spatial }) : weight;
  });
}

const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3 };

/** CuDNN's kernels lie the other way round for each gate, and it has a bias for inputs and one for states. */
function fromCudnn(layer: Layer, weights: Tensor[]): Tensor[] {
  const gates = GATES[layer.className];
  const [kernel, recurrent, bias] = weights;
  if (gates === undefined || weights.length !== 3 || !kernel || !recurrent || !bias) return weights;
  const units = recurrent.shape[0] as number;
  if (bias.rank !== 1 || bias.size !== 2 * units * gates) return weights;
  const eachGate = (matrix: Tensor, change: (gate: Tensor) => Tensor): Tensor =>
    ops.concatenate((ops.split(matrix, gates, { axis: 1 }) as Tensor[]).map(change), { axis: 1 });
  const rows = kernel.shape[0] as number;
  const kernels = eachGate(kernel, (gate) => ops.transpose(ops.reshape(gate, [units, rows])));
  const states = eachGate(recurrent, (gate) => ops.transpose(gate));
  const biases = ops.reshape(bias, [2, units * gates]);
  if (layer.className === 'LSTM') return [kernels, states, ops.sum(biases, { axis: 0 })];
  if ((layer as Layer & { readonly cell?: { readonly resetAfter?: boolean } }).cell?.resetAfter) return [kernels, states, biases];
  throw new ValueError(`The weights of layer '${layer.name}' come from a CuDNNGRU, which GRU(reset_after=False) cannot compute with.`, {
    code: 'load-weights',
    cure: 'Make the layer with resetAfter: true.',
  });
}
