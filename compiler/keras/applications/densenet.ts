// DenseNet121, 169 and 201: every layer of a block sees the maps of all layers before it.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  AveragePooling2D,
  BatchNormalization,
  Concatenate,
  Conv2D,
  GlobalAveragePooling2D,
  MaxPooling2D,
  ZeroPadding2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

const EPSILON = 1.001e-5;
/** Maps that a layer adds to its block. */
const GROWTH = 32;

/**
 * DenseNet121, 8 million parameters (Huang and others, https://arxiv.org/abs/1608.06993).
 * Images are (batch, 224, 224, 3), prepared by `densenet.preprocessInput`.
 */
export const DenseNet121: Application = application((options) => densenet('densenet121', [6, 12, 24, 16], options));

/** DenseNet169, 14 million parameters; otherwise as DenseNet121. */
export const DenseNet169: Application = application((options) => densenet('densenet169', [6, 12, 32, 32], options));

/** DenseNet201, 20 million parameters; otherwise as DenseNet121. */
export const DenseNet201: Application = application((options) => densenet('densenet201', [6, 12, 48, 32], options));

function densenet(name: string, depths: readonly number[], options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 224, minSize: 32 });
  let x = new ZeroPadding2D({ padding: 3 })(input);
  x = new Conv2D(64, 7, { strides: 2, useBias: false, name: 'conv1_conv' })(x);
  x = activate(normalize(x, 'conv1_bn'), 'conv1_relu');
  x = new ZeroPadding2D({ padding: 1 })(x);
  x = new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool1' })(x);
  depths.forEach((depth, index) => {
    if (index > 0) x = transition(x, `pool${index + 1}`);
    for (let layer = 1; layer <= depth; layer++) x = denseLayer(x, `conv${index + 2}_block${layer}`);
  });
  x = activate(normalize(x, 'bn'), 'relu');
  const output = includeTop
    ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options)
    : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, epsilon: EPSILON, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('relu', { name })(x);

/** A layer of a block: a narrow convolution, a 3x3 one, and the inputs beside their result. */
function denseLayer(inputs: KerasTensor, name: string): KerasTensor {
  let x = activate(normalize(inputs, `${name}_0_bn`), `${name}_0_relu`);
  x = new Conv2D(4 * GROWTH, 1, { useBias: false, name: `${name}_1_conv` })(x);
  x = activate(normalize(x, `${name}_1_bn`), `${name}_1_relu`);
  x = new Conv2D(GROWTH, 3, { padding: 'same', useBias: false, name: `${name}_2_conv` })(x);
  return new Concatenate({ axis: 3, name: `${name}_concat` })([inputs, x]);
}

/** Halves channels, rows and columns. */
function transition(inputs: KerasTensor, name: string): KerasTensor {
  const x = activate(normalize(inputs, `${name}_bn`), `${name}_relu`);
  const channels = Math.trunc((x.shape[3] as number) * 0.5);
  const narrow = new Conv2D(channels, 1, { useBias: false, name: `${name}_conv` })(x);
  return new AveragePooling2D(2, { strides: 2, name: `${name}_pool` })(narrow);
}
