import { describe, expect, it } from 'vitest';
import { IndexError, ValueError } from '../../../compiler/errors/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { sample } from '../ops/numbers.ts';

const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['Dense(-1)', () => new layers.Dense(-1), /Received an invalid value for `units`, expected a positive integer. Received: units=-1/],
  [
    'Conv2D(0, 3)',
    () => new layers.Conv2D(0, 3),
    /Invalid value for argument `filters`. Expected a strictly positive value. Received filters=0/,
  ],
  [
    'a kernel of three sizes',
    () => new layers.Conv2D(2, [3, 3, 3]),
    /The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=\(3, 3, 3\)/,
  ],
  [
    'strides of 0',
    () => new layers.Conv2D(2, 3, { strides: 0 }),
    /Received strides=0, including values \{0\} that do not satisfy `value > 0`/,
  ],
  [
    'causal padding of images',
    () => new layers.Conv2D(2, 3, { padding: 'causal' }),
    /must be a list\/tuple or one of \{'valid', 'same'\}. Received: causal/,
  ],
  [
    'strides with dilation',
    () => new layers.Conv2D(2, 3, { strides: 2, dilationRate: 2 }),
    /`strides > 1` not supported in conjunction with `dilation_rate > 1`/,
  ],
  [
    'filters that groups do not divide',
    () => new layers.Conv2D(3, 3, { groups: 2 }),
    /evenly divisible by the number of groups. Received: groups=2, filters=3/,
  ],
  [
    'an unknown data format',
    () => new layers.Conv2D(2, 3, { dataFormat: 'channels_middle' as never }),
    /must be one of \{'channels_first', 'channels_last'\}/,
  ],
  [
    'an unknown initializer',
    () => new layers.Dense(2, { kernelInitializer: 'nope' as never }),
    /Could not interpret initializer identifier: nope/,
  ],
  [
    'an unknown activation',
    () => new layers.Dense(2, { activation: 'nope' as never }),
    /Could not interpret activation function identifier: nope/,
  ],
  ['three paddings', () => new layers.ZeroPadding2D([1, 2, 3]), /`padding` should have two elements. Received: padding=\(1, 2, 3\)/],
  ['a rate below 0', () => new layers.Dropout(-0.1), /Expected a float value between 0 and 1. Received: rate=-0.1/],
  ['a rate above 1', () => new layers.GaussianDropout(2), /Expected a float value between 0 and 1. Received: rate=2/],
  ['a permutation with a gap', () => new layers.Permute([1, 3]), /must be consecutive and start from 1. Received dims=\(1, 3\)/],
  ['half a repetition', () => new layers.RepeatVector(1.5), /Expected an integer value for `n`, got 1.5/],
  ['an embedding without a size', () => new layers.Embedding(10, undefined as never), /missing 1 required positional argument/],
  ['a mean without a variance', () => new layers.Normalization({ mean: 1 }), /both `mean` and `variance` must be set/],
  [
    'an output padding as large as the stride',
    () => new layers.Conv2DTranspose(1, 3, { strides: 2, outputPadding: 2 }),
    /must be strictly less than `strides`/,
  ],
];

const unfit: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['a vector into Dense', () => new layers.Dense(2)([1, 2, 3]), /expected min_ndim=2, found ndim=1. Full shape received: \(3,\)/],
  [
    'unknown features into Dense',
    () => new layers.Dense(2)(layers.Input({ shape: [null] })),
    /Shapes used to initialize variables must be fully-defined/,
  ],
  [
    'a matrix into MaxPooling2D',
    () => new layers.MaxPooling2D(2)(layers.Input({ shape: [8, 3] })),
    /expected ndim=4, found ndim=3. Full shape received: \(None, 8, 3\)/,
  ],
  [
    'images smaller than the kernel',
    () => new layers.Conv2D(2, 5)(layers.Input({ shape: [3, 3, 1] })),
    /Computed output size would be zero or negative. Received `inputs shape=\(None, 3, 3, 1\)`/,
  ],
  [
    'more cropping than image',
    () => new layers.Cropping2D(2)(layers.Input({ shape: [3, 3, 1] })),
    /should be smaller than the corresponding spatial dimension/,
  ],
  [
    'channels that groups do not divide',
    () => new layers.GroupNormalization({ groups: 3 })(layers.Input({ shape: [4, 4] })),
    /Number of groups \(3\) must be a multiple of the number of channels \(4\)/,
  ],
  [
    'one input into Add',
    () => new layers.Add()(layers.Input({ shape: [3] })),
    /should be called on a list of inputs. Received: input_shape=\(None, 3\) \(not a list of shapes\)/,
  ],
  [
    'shapes that do not broadcast',
    () => layers.add([layers.Input({ shape: [3] }), layers.Input({ shape: [4] })]),
    /Inputs have incompatible shapes. Received shapes \(3,\) and \(4,\)/,
  ],
  [
    'three inputs into Subtract',
    () => layers.subtract([1, 2, 3].map(() => layers.Input({ shape: [3] }))),
    /should be called on exactly 2 inputs/,
  ],
  [
    'sizes that differ into Concatenate',
    () => new layers.Concatenate(1)([layers.Input({ shape: [2, 3] }), layers.Input({ shape: [2, 4] })]),
    /requires inputs with matching shapes except for the concatenation axis/,
  ],
  [
    'elements that do not fit into Reshape',
    () => new layers.Reshape([4])(layers.Input({ shape: [3] })),
    /The total size of the tensor must be unchanged/,
  ],
];

const classes: readonly (readonly [string, () => unknown, new (...args: never[]) => Error])[] = [
  ['a batch normalization over an axis that is not there', () => new layers.BatchNormalization({ axis: 5 })(sample([2, 3])), IndexError],
  ['a layer normalization over an axis that is not there', () => new layers.LayerNormalization({ axis: 5 })(sample([2, 3])), IndexError],
  ['groups along an axis that is not there', () => new layers.GroupNormalization({ groups: 1, axis: 5 })(sample([2, 3])), IndexError],
  ['slopes shared along an axis that is not there', () => new layers.PReLU({ sharedAxes: [5] })(sample([2, 3])), IndexError],
  ['products along an axis that is not there', () => new layers.Dot(1)([sample([3]), sample([3])]), IndexError],
  ['several channel axes', () => new layers.BatchNormalization({ axis: [1, 2] as never }), TypeError],
  ['a fraction of an axis to normalize', () => new layers.LayerNormalization({ axis: 1.5 }), TypeError],
  ['a fraction of an axis to multiply', () => new layers.Dot(1.5), TypeError],
  ['a padding of null', () => new layers.ZeroPadding3D({ padding: null as never }), ValueError],
  ['sizes below -1', () => new layers.Reshape([-2, 6]), ValueError],
];

describe('layer arguments', () => {
  it.each(classes)('refuses %s with the class that Keras raises', (_what, create, type) => {
    expect(create).toThrow(type);
  });

  it.each(wrong)('refuses %s and says what was found', (_what, create, message) => {
    expect(create).toThrow(message);
  });

  it.each(unfit)('refuses %s and names the shapes', (_what, call, message) => {
    expect(call).toThrow(message);
  });

  it('takes a lone first argument where Keras has a default for it', () => {
    expect(new layers.MaxPooling2D(3).poolSize).toEqual([3, 3]);
    expect(new layers.MaxPooling2D({ poolSize: [2, 1] }).poolSize).toEqual([2, 1]);
    expect(new layers.MaxPooling2D().strides).toEqual([2, 2]);
    expect(
      new layers.ZeroPadding2D([
        [1, 0],
        [2, 3],
      ]).pairs,
    ).toEqual([
      [1, 0],
      [2, 3],
    ]);
    expect(new layers.UpSampling1D(3).size).toBe(3);
  });
});
