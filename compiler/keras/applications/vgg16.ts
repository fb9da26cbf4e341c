// VGG16: thirteen 3x3 convolutions and three dense layers.
import { Conv2D, Dense, Flatten, MaxPooling2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

const BLOCKS = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
] as const;

/** VGG16 with fresh weights. Inputs are expected as BGR with the means of ImageNet taken off. */
export function VGG16(options: ApplicationOptions = {}): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 224, minSize: 32 });
  let x = input;
  BLOCKS.forEach(([filters, count], index) => {
    const block = `block${index + 1}`;
    for (let conv = 1; conv <= count; conv++) {
      x = new Conv2D(filters, 3, { activation: 'relu', padding: 'same', name: `${block}_conv${conv}` })(x);
    }
    x = new MaxPooling2D({ poolSize: 2, strides: 2, name: `${block}_pool` })(x);
  });
  if (!includeTop) return new Model({ inputs: sourceInputs(input), outputs: poolOutputs(x, pooling), name: options.name ?? 'vgg16' });
  x = new Flatten({ name: 'flatten' })(x);
  x = new Dense(4096, { activation: 'relu', name: 'fc1' })(x);
  x = new Dense(4096, { activation: 'relu', name: 'fc2' })(x);
  return new Model({ inputs: sourceInputs(input), outputs: classify(x, options), name: options.name ?? 'vgg16' });
}
