// The two cells of NASNet-A: one keeps the size of the maps, the other halves it (figure 4 of the paper).
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  AveragePooling2D,
  add,
  BatchNormalization,
  Conv2D,
  Cropping2D,
  concatenate,
  MaxPooling2D,
  SeparableConv2D,
  ZeroPadding2D,
} from '../layers/index.ts';
import { correctPad } from './image-input.ts';

/** What a cell gets: the maps of the last cell and of the one before it. */
export interface Cell {
  readonly x: KerasTensor;
  readonly previous: KerasTensor | undefined;
}

const relu = (x: KerasTensor, name?: string): KerasTensor => new Activation('relu', { name })(x);
const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ momentum: 0.9997, epsilon: 1e-3, name })(x);
const project = (x: KerasTensor, filters: number, name: string): KerasTensor =>
  new Conv2D(filters, 1, { padding: 'same', useBias: false, kernelInitializer: 'he_normal', name })(x);
const smooth = (x: KerasTensor, name: string): KerasTensor => new AveragePooling2D(3, { strides: 1, padding: 'same', name })(x);

/** Five pairs of branches side by side; the maps keep their size. */
export function normalCell({ x: input, previous }: Cell, filters: number, id: string): Cell {
  const p = adjust(previous, input, filters, id);
  const h = normalize(project(relu(input), filters, `normal_conv_1_${id}`), `normal_bn_1_${id}`);
  const separable = (x: KerasTensor, kernelSize: number, place: string): KerasTensor =>
    separableBlock(x, { filters, kernelSize, strides: 1, id: `normal_${place}_${id}` });
  const x1 = add([separable(h, 5, 'left1'), separable(p, 3, 'right1')], { name: `normal_add_1_${id}` });
  const x2 = add([separable(p, 5, 'left2'), separable(p, 3, 'right2')], { name: `normal_add_2_${id}` });
  const x3 = add([smooth(h, `normal_left3_${id}`), p], { name: `normal_add_3_${id}` });
  const x4 = add([smooth(p, `normal_left4_${id}`), smooth(p, `normal_right4_${id}`)], { name: `normal_add_4_${id}` });
  const x5 = add([separable(h, 3, 'left5'), h], { name: `normal_add_5_${id}` });
  return { x: concatenate([p, x1, x2, x3, x4, x5], { name: `normal_concat_${id}` }), previous: input };
}

/** Like the normal cell, with maps of half the size. */
export function reductionCell({ x: input, previous }: Cell, filters: number, id: string): Cell {
  const p = adjust(previous, input, filters, id);
  const h = normalize(project(relu(input), filters, `reduction_conv_1_${id}`), `reduction_bn_1_${id}`);
  const padded = new ZeroPadding2D({ padding: correctPad(h, 3), name: `reduction_pad_1_${id}` })(h);
  const separable = (x: KerasTensor, kernelSize: number, place: string, strides = 2): KerasTensor =>
    separableBlock(x, { filters, kernelSize, strides, id: `reduction_${place}_${id}` });
  const x1 = add([separable(h, 5, 'left1'), separable(p, 7, 'right1')], { name: `reduction_add_1_${id}` });
  const largest = new MaxPooling2D({ poolSize: 3, strides: 2, name: `reduction_left2_${id}` })(padded);
  const x2 = add([largest, separable(p, 7, 'right2')], { name: `reduction_add_2_${id}` });
  const mean = new AveragePooling2D(3, { strides: 2, name: `reduction_left3_${id}` })(padded);
  const x3 = add([mean, separable(p, 5, 'right3')], { name: `reduction_add3_${id}` });
  const x4 = add([x2, smooth(x1, `reduction_left4_${id}`)]);
  const left = separable(x1, 3, 'left4', 1);
  const right = new MaxPooling2D({ poolSize: 3, strides: 2, name: `reduction_right5_${id}` })(padded);
  const x5 = add([left, right], { name: `reduction_add4_${id}` });
  return { x: concatenate([x2, x3, x4, x5], { name: `reduction_concat_${id}` }), previous: input };
}

interface SeparableBlock {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly id: string;
}

/** Twice activation, separable convolution, normalization. */
function separableBlock(input: KerasTensor, { filters, kernelSize, strides, id }: SeparableBlock): KerasTensor {
  let x = relu(input);
  if (strides === 2) x = new ZeroPadding2D({ padding: correctPad(x, kernelSize), name: `separable_conv_1_pad_${id}` })(x);
  const padding = strides === 2 ? 'valid' : 'same';
  x = new SeparableConv2D(filters, kernelSize, { strides, padding, useBias: false, name: `separable_conv_1_${id}` })(x);
  x = relu(normalize(x, `separable_conv_1_bn_${id}`));
  x = new SeparableConv2D(filters, kernelSize, { padding: 'same', useBias: false, name: `separable_conv_2_${id}` })(x);
  return normalize(x, `separable_conv_2_bn_${id}`);
}

/** The maps of the cell before the last, in the size and with the channels of this cell. */
function adjust(previous: KerasTensor | undefined, x: KerasTensor, filters: number, id: string): KerasTensor {
  if (!previous) return x;
  if (previous.shape[2] !== x.shape[2]) return halve(previous, filters, id);
  if (previous.shape[3] === filters) return previous;
  return normalize(project(relu(previous), filters, `adjust_conv_projection_${id}`), `adjust_bn_${id}`);
}

/** Every second pixel, once from the first and once from the second on. */
function halve(previous: KerasTensor, filters: number, id: string): KerasTensor {
  const p = relu(previous, `adjust_relu_1_${id}`);
  const half = Math.floor(filters / 2);
  const even = new AveragePooling2D(1, { strides: 2, name: `adjust_avg_pool_1_${id}` })(p);
  const first = project(even, half, `adjust_conv_1_${id}`);
  const shifted = new Cropping2D({ cropping: [[1, 0], [1, 0]] })(new ZeroPadding2D({ padding: [[0, 1], [0, 1]] })(p)); // biome-ignore format: one line
  const odd = new AveragePooling2D(1, { strides: 2, name: `adjust_avg_pool_2_${id}` })(shifted);
  const second = project(odd, half, `adjust_conv_2_${id}`);
  return normalize(concatenate([first, second]), `adjust_bn_${id}`);
}
