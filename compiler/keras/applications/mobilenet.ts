// MobileNet: depthwise convolutions, each followed by a 1x1 convolution.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  BatchNormalization,
  Conv2D,
  DepthwiseConv2D,
  Dropout,
  GlobalAveragePooling2D,
  ReLU,
  Reshape,
  ZeroPadding2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

export interface MobileNetOptions extends ApplicationOptions {
  /** Width of the network. Default 1. */
  readonly alpha?: number;
  /** Outputs of the depthwise convolutions for each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Rate of the dropout before the classifier. Default 0.001. */
  readonly dropout?: number;
}

/** Filters and stride of each block. */
const BLOCKS = [
  [64, 1], [128, 2], [128, 1], [256, 2], [256, 1], [512, 2], [512, 1], [512, 1], [512, 1], [512, 1], [512, 1], [1024, 2], [1024, 1],
] as const; // biome-ignore format: one list

const USUAL_SIZES = [128, 160, 192, 224];

/**
 * MobileNet, 4.3 million parameters (Howard and others, https://arxiv.org/abs/1704.04861).
 * Images are (batch, 224, 224, 3), prepared by `mobilenet.preprocessInput`.
 */
export const MobileNet: Application<MobileNetOptions> = application(mobileNet);

function mobileNet(options: MobileNetOptions): Model {
  const { alpha = 1, depthMultiplier = 1, includeTop = true, pooling = null } = options;
  const [rows, columns] = options.inputShape ?? [];
  const defaultSize = rows === columns && typeof rows === 'number' && USUAL_SIZES.includes(rows) ? rows : 224;
  const input = imageInput(options, { defaultSize, minSize: 32 });
  let x = convolve(input, Math.trunc(32 * alpha), { kernelSize: 3, strides: 2, name: 'conv1' });
  BLOCKS.forEach(([filters, stride], index) => {
    x = depthwise(x, { stride, depthMultiplier, id: index + 1 });
    x = convolve(x, Math.trunc(filters * alpha), { kernelSize: 1, strides: 1, name: `conv_pw_${index + 1}` });
  });
  const output = includeTop ? top(x, options) : poolOutputs(x, pooling);
  const size = options.inputShape ? (rows ?? 'None') : includeTop ? defaultSize : 'None';
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? `mobilenet_${alpha.toFixed(2)}_${size}` });
}

interface Convolution {
  readonly kernelSize: number;
  readonly strides: number;
  readonly name: string;
}

function convolve(x: KerasTensor, filters: number, { kernelSize, strides, name }: Convolution): KerasTensor {
  return normalize(new Conv2D(filters, kernelSize, { padding: 'same', useBias: false, strides, name })(x), name);
}

function normalize(x: KerasTensor, name: string): KerasTensor {
  return new ReLU({ maxValue: 6, name: `${name}_relu` })(new BatchNormalization({ axis: -1, name: `${name}_bn` })(x));
}

interface Depthwise {
  readonly stride: number;
  readonly depthMultiplier: number;
  readonly id: number;
}

function depthwise(x: KerasTensor, { stride, depthMultiplier, id }: Depthwise): KerasTensor {
  const name = `conv_dw_${id}`;
  const padding = [[0, 1], [0, 1]] as const; // biome-ignore format: one line
  const padded = stride === 1 ? x : new ZeroPadding2D({ padding, name: `conv_pad_${id}` })(x);
  const options = { padding: stride === 1 ? 'same' : 'valid', depthMultiplier, strides: stride, useBias: false, name } as const;
  return normalize(new DepthwiseConv2D(3, options)(padded), name);
}

function top(inputs: KerasTensor, options: MobileNetOptions): KerasTensor {
  const { classes = 1000, classifierActivation = 'softmax', dropout = 0.001 } = options;
  let x = new GlobalAveragePooling2D({ keepdims: true })(inputs);
  x = new Dropout(dropout, { name: 'dropout' })(x);
  x = new Conv2D(classes, 1, { padding: 'same', name: 'conv_preds' })(x);
  x = new Reshape([classes], { name: 'reshape_2' })(x);
  return new Activation(classifierActivation, { name: 'predictions' })(x);
}
