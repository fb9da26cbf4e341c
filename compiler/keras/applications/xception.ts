// Xception: separable convolutions with residuals.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Activation, Add, BatchNormalization, Conv2D, GlobalAveragePooling2D, MaxPooling2D, SeparableConv2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

/**
 * Xception, 23 million parameters (Chollet, https://arxiv.org/abs/1610.02357).
 * Images are (batch, 299, 299, 3), prepared by `xception.preprocessInput`.
 */
export const Xception: Application = application(xception);

function xception(options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 299, minSize: 71 });
  let x = new Conv2D(32, 3, { strides: 2, useBias: false, name: 'block1_conv1' })(input);
  x = activate(normalize(x, 'block1_conv1_bn'), 'block1_conv1_act');
  x = new Conv2D(64, 3, { useBias: false, name: 'block1_conv2' })(x);
  x = activate(normalize(x, 'block1_conv2_bn'), 'block1_conv2_act');
  x = shrink(x, 'block2', 128, 128);
  x = shrink(x, 'block3', 256, 256);
  x = shrink(x, 'block4', 728, 728);
  for (let block = 5; block < 13; block++) x = keep(x, `block${block}`);
  x = shrink(x, 'block13', 728, 1024);
  x = activate(separable(x, 1536, 'block14_sepconv1'), 'block14_sepconv1_act');
  x = activate(separable(x, 2048, 'block14_sepconv2'), 'block14_sepconv2_act');
  const output = includeTop ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options) : poolOutputs(x, pooling);
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? 'xception' });
}

const normalize = (x: KerasTensor, name?: string): KerasTensor => new BatchNormalization({ name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('relu', { name })(x);

/** A separable convolution `name` with its normalization `name_bn`. */
const separable = (x: KerasTensor, filters: number, name: string): KerasTensor =>
  normalize(new SeparableConv2D(filters, 3, { padding: 'same', useBias: false, name })(x), `${name}_bn`);

/** Two separable convolutions and a pooling beside a strided projection. */
function shrink(inputs: KerasTensor, block: string, first: number, second: number): KerasTensor {
  const residual = normalize(new Conv2D(second, 1, { strides: 2, padding: 'same', useBias: false })(inputs));
  // The block after the stem begins with an activation of its own.
  let x = block === 'block2' ? inputs : activate(inputs, `${block}_sepconv1_act`);
  x = activate(separable(x, first, `${block}_sepconv1`), `${block}_sepconv2_act`);
  x = separable(x, second, `${block}_sepconv2`);
  x = new MaxPooling2D({ poolSize: 3, strides: 2, padding: 'same', name: `${block}_pool` })(x);
  return new Add()([x, residual]);
}

/** Three separable convolutions beside the identity. */
function keep(inputs: KerasTensor, block: string): KerasTensor {
  let x = inputs;
  for (let conv = 1; conv <= 3; conv++) x = separable(activate(x, `${block}_sepconv${conv}_act`), 728, `${block}_sepconv${conv}`);
  return new Add()([x, inputs]);
}
