// InceptionResNetV2: Inception modules whose results are scaled and added to their inputs.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  AveragePooling2D,
  BatchNormalization,
  Concatenate,
  Conv2D,
  GlobalAveragePooling2D,
  MaxPooling2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { CustomScaleLayer } from './custom-scale-layer.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

/**
 * InceptionResNetV2, 56 million parameters (Szegedy and others, https://arxiv.org/abs/1602.07261).
 * Images are (batch, 299, 299, 3), prepared by `inceptionResnetV2.preprocessInput`.
 */
export const InceptionResNetV2: Application = application(inceptionResNetV2);

function inceptionResNetV2(options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 299, minSize: 75 });
  let x = mixed5b(stem(input));
  for (let index = 1; index <= 10; index++) x = residual(x, BLOCK35, { scale: 0.17, name: `block35_${index}` });
  x = mixed6a(x);
  for (let index = 1; index <= 20; index++) x = residual(x, BLOCK17, { scale: 0.1, name: `block17_${index}` });
  x = mixed7a(x);
  for (let index = 1; index <= 9; index++) x = residual(x, BLOCK8, { scale: 0.2, name: `block8_${index}` });
  x = residual(x, BLOCK8, { scale: 1, name: 'block8_10', linear: true });
  x = convolve(x, [1536, 1], 'conv_7b');
  const output = includeTop ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options) : poolOutputs(x, pooling);
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? 'inception_resnet_v2' });
}

/** Filters and kernel of a convolution; `/2` halves the map, `valid` pads nothing. */
type Step = readonly [filters: number, kernelSize: number | readonly [number, number], how?: '/2' | 'valid'];

function convolve(x: KerasTensor, [filters, kernelSize, how]: Step, name?: string): KerasTensor {
  const options = { strides: how === '/2' ? 2 : 1, padding: how === undefined ? 'same' : 'valid', useBias: false, name } as const;
  const convolved = new Conv2D(filters, kernelSize, options)(x);
  const normalized = new BatchNormalization({ axis: 3, scale: false, name: name && `${name}_bn` })(convolved);
  return new Activation('relu', { name: name && `${name}_ac` })(normalized);
}

const chain = (x: KerasTensor, ...steps: readonly Step[]): KerasTensor => steps.reduce((inputs, step) => convolve(inputs, step), x);
const shrunk = (x: KerasTensor): KerasTensor => new MaxPooling2D({ poolSize: 3, strides: 2 })(x);
const join = (branches: readonly KerasTensor[], name: string): KerasTensor => new Concatenate({ axis: 3, name })(branches);

function stem(input: KerasTensor): KerasTensor {
  const x = shrunk(chain(input, [32, 3, '/2'], [32, 3, 'valid'], [64, 3]));
  return shrunk(chain(x, [80, 1, 'valid'], [192, 3, 'valid']));
}

/** 35 x 35 x 320. */
function mixed5b(x: KerasTensor): KerasTensor {
  const branches = [chain(x, [96, 1]), chain(x, [48, 1], [64, 5]), chain(x, [64, 1], [96, 3], [96, 3])];
  const averaged = new AveragePooling2D(3, { strides: 1, padding: 'same' })(x);
  return join([...branches, chain(averaged, [64, 1])], 'mixed_5b');
}

/** 35 x 35 to 17 x 17. */
function mixed6a(x: KerasTensor): KerasTensor {
  return join([chain(x, [384, 3, '/2']), chain(x, [256, 1], [256, 3], [384, 3, '/2']), shrunk(x)], 'mixed_6a');
}

/** 17 x 17 to 8 x 8. */
function mixed7a(x: KerasTensor): KerasTensor {
  const branches = [chain(x, [256, 1], [384, 3, '/2']), chain(x, [256, 1], [288, 3, '/2']), chain(x, [256, 1], [288, 3], [320, 3, '/2'])];
  return join([...branches, shrunk(x)], 'mixed_7a');
}

/** The branches of a residual module. */
type Branches = readonly (readonly Step[])[];
const BLOCK35: Branches = [[[32, 1]], [[32, 1], [32, 3]], [[32, 1], [48, 3], [64, 3]]]; // biome-ignore format: one line
const BLOCK17: Branches = [[[192, 1]], [[128, 1], [160, [1, 7]], [192, [7, 1]]]]; // biome-ignore format: one line
const BLOCK8: Branches = [[[192, 1]], [[192, 1], [224, [1, 3]], [256, [3, 1]]]]; // biome-ignore format: one line

interface Residual {
  readonly scale: number;
  readonly name: string;
  /** Without an activation at the end. */
  readonly linear?: boolean;
}

function residual(x: KerasTensor, branches: Branches, { scale, name, linear = false }: Residual): KerasTensor {
  const mixed = join(
    branches.map((steps) => chain(x, ...steps)),
    `${name}_mixed`,
  );
  const up = new Conv2D(x.shape[3] as number, 1, { padding: 'same', name: `${name}_conv` })(mixed);
  const sum = new CustomScaleLayer(scale)([x, up]);
  return linear ? sum : new Activation('relu', { name: `${name}_ac` })(sum);
}
