// InceptionV3: modules of parallel convolutions of several sizes.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import {
  Activation,
  AveragePooling2D,
  BatchNormalization,
  Conv2D,
  concatenate,
  GlobalAveragePooling2D,
  MaxPooling2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, imageInput, poolOutputs, sourceInputs } from './image-input.ts';

/**
 * InceptionV3, 24 million parameters (Szegedy and others, https://arxiv.org/abs/1512.00567).
 * Images are (batch, 299, 299, 3), prepared by `inceptionV3.preprocessInput`.
 */
export const InceptionV3: Application = application(inceptionV3);

function inceptionV3(options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: 299, minSize: 75 });
  let x = stem(input);
  [32, 64, 64].forEach((pooled, index) => {
    x = moduleA(x, pooled, `mixed${index}`);
  });
  x = shrinkA(x, 'mixed3');
  [128, 160, 160, 192].forEach((narrow, index) => {
    x = moduleB(x, narrow, `mixed${4 + index}`);
  });
  x = shrinkB(x, 'mixed8');
  for (let index = 0; index < 2; index++) x = moduleC(x, index);
  const output = includeTop ? classify(new GlobalAveragePooling2D({ name: 'avg_pool' })(x), options) : poolOutputs(x, pooling);
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? 'inception_v3' });
}

/** Filters, rows and columns of the kernel; `/2` halves the map, `valid` pads nothing. */
type Step = readonly [filters: number, rows: number, columns: number, how?: '/2' | 'valid'];

/** Convolutions one after the other, each with its normalization and activation. */
function chain(x: KerasTensor, ...steps: readonly Step[]): KerasTensor {
  return steps.reduce((inputs, [filters, rows, columns, how]) => {
    const options = { strides: how === '/2' ? 2 : 1, padding: how === undefined ? 'same' : 'valid', useBias: false } as const;
    const convolved = new Conv2D(filters, [rows, columns], options)(inputs);
    return new Activation('relu')(new BatchNormalization({ axis: 3, scale: false })(convolved));
  }, x);
}

const shrunk = (x: KerasTensor): KerasTensor => new MaxPooling2D({ poolSize: 3, strides: 2 })(x);
const averaged = (x: KerasTensor): KerasTensor => new AveragePooling2D(3, { strides: 1, padding: 'same' })(x);
const join = (branches: readonly KerasTensor[], name?: string): KerasTensor => concatenate(branches, { axis: 3, name });

function stem(input: KerasTensor): KerasTensor {
  const x = shrunk(chain(input, [32, 3, 3, '/2'], [32, 3, 3, 'valid'], [64, 3, 3]));
  return shrunk(chain(x, [80, 1, 1, 'valid'], [192, 3, 3, 'valid']));
}

/** 35 x 35: 1x1, 5x5, two 3x3 and pooling side by side. */
function moduleA(x: KerasTensor, pooled: number, name: string): KerasTensor {
  const single = chain(x, [64, 1, 1]);
  const five = chain(x, [48, 1, 1], [64, 5, 5]);
  const double = chain(x, [64, 1, 1], [96, 3, 3], [96, 3, 3]);
  return join([single, five, double, chain(averaged(x), [pooled, 1, 1])], name);
}

/** 35 x 35 to 17 x 17. */
function shrinkA(x: KerasTensor, name: string): KerasTensor {
  const three = chain(x, [384, 3, 3, '/2']);
  const double = chain(x, [64, 1, 1], [96, 3, 3], [96, 3, 3, '/2']);
  return join([three, double, shrunk(x)], name);
}

/** 17 x 17: 7x7 convolutions as a row and a column, with `narrow` channels between them. */
function moduleB(x: KerasTensor, narrow: number, name: string): KerasTensor {
  const single = chain(x, [192, 1, 1]);
  const seven = chain(x, [narrow, 1, 1], [narrow, 1, 7], [192, 7, 1]);
  const double = chain(x, [narrow, 1, 1], [narrow, 7, 1], [narrow, 1, 7], [narrow, 7, 1], [192, 1, 7]);
  return join([single, seven, double, chain(averaged(x), [192, 1, 1])], name);
}

/** 17 x 17 to 8 x 8. */
function shrinkB(x: KerasTensor, name: string): KerasTensor {
  const three = chain(x, [192, 1, 1], [320, 3, 3, '/2']);
  const seven = chain(x, [192, 1, 1], [192, 1, 7], [192, 7, 1], [192, 3, 3, '/2']);
  return join([three, seven, shrunk(x)], name);
}

/** 8 x 8: branches that fork into a row and a column. */
function moduleC(x: KerasTensor, index: number): KerasTensor {
  const single = chain(x, [320, 1, 1]);
  const three = chain(x, [384, 1, 1]);
  const threeForked = join([chain(three, [384, 1, 3]), chain(three, [384, 3, 1])], `mixed9_${index}`);
  const double = chain(x, [448, 1, 1], [384, 3, 3]);
  const doubleForked = join([chain(double, [384, 1, 3]), chain(double, [384, 3, 1])]);
  return join([single, threeForked, doubleForked, chain(averaged(x), [192, 1, 1])], `mixed${9 + index}`);
}
