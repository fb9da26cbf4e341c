// ResNet50, 101 and 152 in their second version: normalization and activation come before each convolution.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Activation, Add, BatchNormalization, Conv2D, GlobalAveragePooling2D, MaxPooling2D, ZeroPadding2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

const EPSILON = 1.001e-5;

/**
 * ResNet50V2, 26 million parameters (He and others, https://arxiv.org/abs/1603.05027).
 * Images are (batch, 224, 224, 3), prepared by `resnetV2.preprocessInput`.
 */
export const ResNet50V2: Application = application((options) => resnetV2('resnet50v2', [3, 4, 6, 3], options));

/** ResNet101V2, 45 million parameters; otherwise as ResNet50V2. */
export const ResNet101V2: Application = application((options) => resnetV2('resnet101v2', [3, 4, 23, 3], options));

/** ResNet152V2, 60 million parameters; otherwise as ResNet50V2. */
export const ResNet152V2: Application = application((options) => resnetV2('resnet152v2', [3, 8, 36, 3], options));

function resnetV2(name: string, depths: readonly number[], options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 224, minSize: 32 });
  let x = pad(input, 3, 'conv1_pad');
  x = new Conv2D(64, 7, { strides: 2, name: 'conv1_conv' })(x);
  x = new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool1_pool' })(pad(x, 1, 'pool1_pad'));
  depths.forEach((depth, stage) => {
    for (let block = 1; block <= depth; block++) {
      // The last block of a stage shrinks the maps, but for the last stage.
      const stride = block === depth && stage < depths.length - 1 ? 2 : 1;
      x = bottleneck(x, { filters: 64 * 2 ** stage, stride, project: block === 1, name: `conv${stage + 2}_block${block}` });
    }
  });
  x = activate(normalize(x, 'post_bn'), 'post_relu');
  const output = includeTop
    ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options)
    : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, epsilon: EPSILON, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('relu', { name })(x);
const pad = (x: KerasTensor, size: number, name: string): KerasTensor => new ZeroPadding2D({ padding: size, name })(x);

interface Block {
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut is a convolution, as where the number of channels changes. */
  readonly project: boolean;
  readonly name: string;
}

function bottleneck(inputs: KerasTensor, block: Block): KerasTensor {
  const { filters, stride, name } = block;
  const active = activate(normalize(inputs, `${name}_preact_bn`), `${name}_preact_relu`);
  const shortcut = shortcutOf(inputs, active, block);
  let x = new Conv2D(filters, 1, { strides: 1, useBias: false, name: `${name}_1_conv` })(active);
  x = activate(normalize(x, `${name}_1_bn`), `${name}_1_relu`);
  x = new Conv2D(filters, 3, { strides: stride, useBias: false, name: `${name}_2_conv` })(pad(x, 1, `${name}_2_pad`));
  x = activate(normalize(x, `${name}_2_bn`), `${name}_2_relu`);
  x = new Conv2D(4 * filters, 1, { name: `${name}_3_conv` })(x);
  return new Add({ name: `${name}_out` })([shortcut, x]);
}

function shortcutOf(inputs: KerasTensor, active: KerasTensor, { filters, stride, project, name }: Block): KerasTensor {
  if (project) return new Conv2D(4 * filters, 1, { strides: stride, name: `${name}_0_conv` })(active);
  return stride > 1 ? new MaxPooling2D({ poolSize: 1, strides: stride })(inputs) : inputs;
}
