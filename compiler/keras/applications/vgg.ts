// VGG16 and VGG19: blocks of 3x3 convolutions and three dense layers.
import { Conv2D, Dense, Flatten, MaxPooling2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

/**
 * VGG16, 138 million parameters (Simonyan and Zisserman, https://arxiv.org/abs/1409.1556).
 * Images are (batch, 224, 224, 3), prepared by `vgg16.preprocessInput`.
 */
export const VGG16: Application = application((options) => vgg('vgg16', [2, 2, 3, 3, 3], options));

/** VGG19, 144 million parameters; otherwise as VGG16. */
export const VGG19: Application = application((options) => vgg('vgg19', [2, 2, 4, 4, 4], options));

const FILTERS = [64, 128, 256, 512, 512];

function vgg(name: string, convolutions: readonly number[], options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 224, minSize: 32 });
  let x = input;
  convolutions.forEach((count, index) => {
    const block = `block${index + 1}`;
    for (let conv = 1; conv <= count; conv++) {
      x = new Conv2D(FILTERS[index] as number, 3, { activation: 'relu', padding: 'same', name: `${block}_conv${conv}` })(x);
    }
    x = new MaxPooling2D({ poolSize: 2, strides: 2, name: `${block}_pool` })(x);
  });
  if (!includeTop) return new Model({ inputs: sourceInputs(input), outputs: poolOutputs(x, pooling), name: options.name ?? name });
  x = new Flatten({ name: 'flatten' })(x);
  x = new Dense(4096, { activation: 'relu', name: 'fc1' })(x);
  x = new Dense(4096, { activation: 'relu', name: 'fc2' })(x);
  return new Model({ inputs: sourceInputs(input), outputs: classify(x, options), name: options.name ?? name });
}
