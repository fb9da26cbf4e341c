// ResNet50, 101 and 152: bottleneck blocks with projected shortcuts.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Activation, Add, BatchNormalization, Conv2D, GlobalAveragePooling2D, MaxPooling2D, ZeroPadding2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

const EPSILON = 1.001e-5;

/**
 * ResNet50, 26 million parameters (He and others, https://arxiv.org/abs/1512.03385).
 * Images are (batch, 224, 224, 3), prepared by `resnet.preprocessInput`.
 */
export const ResNet50: Application = application((options) => resnet('resnet50', [3, 4, 6, 3], options));

/** ResNet101, 45 million parameters; otherwise as ResNet50. */
export const ResNet101: Application = application((options) => resnet('resnet101', [3, 4, 23, 3], options));

/** ResNet152, 60 million parameters; otherwise as ResNet50. */
export const ResNet152: Application = application((options) => resnet('resnet152', [3, 8, 36, 3], options));

function resnet(name: string, depths: readonly number[], options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 224, minSize: 32 });
  let x = new ZeroPadding2D({ padding: [[3, 3], [3, 3]], name: 'conv1_pad' })(input); // biome-ignore format: one line
  x = new Conv2D(64, 7, { strides: 2, name: 'conv1_conv' })(x);
  x = activate(normalize(x, 'conv1_bn'), 'conv1_relu');
  x = new ZeroPadding2D({ padding: [[1, 1], [1, 1]], name: 'pool1_pad' })(x); // biome-ignore format: one line
  x = new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool1_pool' })(x);
  depths.forEach((depth, stage) => {
    for (let block = 1; block <= depth; block++) {
      const stride = block === 1 && stage > 0 ? 2 : 1;
      x = bottleneck(x, { filters: 64 * 2 ** stage, stride, project: block === 1, name: `conv${stage + 2}_block${block}` });
    }
  });
  const output = includeTop
    ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options)
    : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, epsilon: EPSILON, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('relu', { name })(x);

interface Block {
  readonly filters: number;
  readonly stride: number;
  /** Whether the shortcut is a convolution, as where the shape changes. */
  readonly project: boolean;
  readonly name: string;
}

function bottleneck(inputs: KerasTensor, { filters, stride, project, name }: Block): KerasTensor {
  const shortcut = project
    ? normalize(new Conv2D(4 * filters, 1, { strides: stride, name: `${name}_0_conv` })(inputs), `${name}_0_bn`)
    : inputs;
  let x = new Conv2D(filters, 1, { strides: stride, name: `${name}_1_conv` })(inputs);
  x = activate(normalize(x, `${name}_1_bn`), `${name}_1_relu`);
  x = new Conv2D(filters, 3, { padding: 'same', name: `${name}_2_conv` })(x);
  x = activate(normalize(x, `${name}_2_bn`), `${name}_2_relu`);
  x = new Conv2D(4 * filters, 1, { name: `${name}_3_conv` })(x);
  x = normalize(x, `${name}_3_bn`);
  x = new Add({ name: `${name}_add` })([shortcut, x]);
  return activate(x, `${name}_out`);
}
