import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imageNetClasses } from '../../../compiler/keras/applications/imagenet-classes.ts';
import * as applications from '../../../compiler/keras/applications/index.ts';
import { Input } from '../../../compiler/keras/engine/index.ts';
import { tensorOf } from '../../../compiler/trace/tensor.ts';

const untyped = <T>(value: unknown): T => value as T;
const pixels = tensorOf('float32', [1, 2, 3], Float32Array.of(0, 127.5, 255, 10, 20, 30));

/** To float32 and back, as the numbers that Keras prints. */
const rounded = (values: readonly number[]): number[] => values.map((value) => Number(Math.fround(value).toPrecision(6)));
const dataOf = (tensor: { readonly data: ArrayLike<unknown> }): number[] => rounded(Array.from(tensor.data, Number));

describe('preprocessInput', () => {
  const { preprocessInput } = applications.imagenetUtils;

  it('turns to BGR and takes off the means in mode caffe', () => {
    const expected = rounded([255 - 103.939, 127.5 - 116.779, -123.68, 30 - 103.939, 20 - 116.779, 10 - 123.68]);
    expect(dataOf(preprocessInput(pixels))).toEqual(expected);
    expect(dataOf(applications.resnet50.preprocessInput(pixels))).toEqual(expected);
  });

  it('scales to [-1, 1] in mode tf', () => {
    expect(dataOf(applications.mobilenetV2.preprocessInput(pixels)).slice(0, 3)).toEqual([-1, 0, 1]);
  });

  it('normalizes channels in mode torch', () => {
    const expected = rounded([-0.485 / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225]);
    expect(dataOf(applications.densenet.preprocessInput(pixels)).slice(0, 3)).toEqual(expected);
  });

  it('knows channels that come first', () => {
    const first = tensorOf('uint8', [3, 1, 2], Uint8Array.of(0, 10, 127, 20, 255, 30));
    const expected = rounded([255 - 103.939, 30 - 103.939, 127 - 116.779, 20 - 116.779, -123.68, 10 - 123.68]);
    expect(dataOf(preprocessInput(first, { dataFormat: 'channels_first' }))).toEqual(expected);
  });

  it('becomes part of a graph', () => {
    expect(preprocessInput(Input({ shape: [8, 8, 3] }), { mode: 'torch' }).shape).toEqual([null, 8, 8, 3]);
  });

  it('returns its argument where the model prepares its images itself', () => {
    expect(applications.efficientnet.preprocessInput(pixels)).toBe(pixels);
  });

  it('refuses modes and formats that it does not know', () => {
    expect(() => preprocessInput(pixels, { mode: untyped('x') })).toThrow('Expected mode to be one of `caffe`, `tf` or `torch`');
    expect(() => preprocessInput(pixels, { dataFormat: untyped('x') })).toThrow('Expected data_format to be one of');
  });
});

describe('decodePredictions', () => {
  it('knows the classes of Keras', () => {
    const classes = imageNetClasses().map((entry, index) => `"${index}": ["${entry[0]}", "${entry[1]}"]`);
    // The hash by which Keras knows its imagenet_class_index.json.
    expect(
      createHash('md5')
        .update(`{${classes.join(', ')}}`)
        .digest('hex'),
    ).toBe('c2c37ea517e94d9795004a39431a14cb');
  });

  it('gives the best classes of each image, the best first', () => {
    const data = new Float32Array(2000);
    data[2] = 0.25;
    data[1] = 0.5;
    data[1999] = 1;
    const decoded = applications.vgg16.decodePredictions(tensorOf('float32', [2, 1000], data), { top: 2 });
    expect(decoded[0]).toEqual([['n01443537', 'goldfish', 0.5], ['n01484850', 'great_white_shark', 0.25]]); // biome-ignore format: pairs
    expect(decoded[1]?.[0]).toEqual(['n15075141', 'toilet_tissue', 1]);
  });

  it('refuses what is not a batch over 1000 classes', () => {
    expect(() => applications.vgg16.decodePredictions(tensorOf('float32', [10], new Float32Array(10)))).toThrow('(10,)');
  });
});
