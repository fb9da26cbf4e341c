import { describe, expect, it } from 'vitest';
import '../../../compiler/keras/saving/builtin-classes.ts';
import { gradients } from '../../../compiler/autodiff/index.ts';
import { compileWasmStep } from '../../../compiler/compile/wasm-step.ts';
import type { Layer } from '../../../compiler/keras/engine/layer.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { deserializeKerasObject } from '../../../compiler/keras/saving/deserialize.ts';
import { serializeKerasObject } from '../../../compiler/keras/saving/serialize.ts';
import { referenceStepCompiler } from '../../../compiler/trace/step.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { trace } from '../../../compiler/trace/trace.ts';
import { numbersOf, sample, worstDifference } from '../ops/numbers.ts';

const seed = 7;
const training = { training: true };
/** Colours between 0 and 255. */
const images = (batch: number, height = 6, width = 5): Tensor => ops.multiply(ops.add(sample([batch, height, width, 3]), 1), 127.5);

/** Every layer that leaves something to chance, with other options than the defaults. */
const random: Readonly<Record<string, () => Layer>> = {
  RandomFlip: () => new layers.RandomFlip('horizontal', { seed }),
  RandomRotation: () => new layers.RandomRotation([-0.1, 0.2], { seed, fillMode: 'wrap' }),
  RandomZoom: () => new layers.RandomZoom(0.3, { seed, widthFactor: [0.1, 0.2], fillMode: 'nearest' }),
  RandomTranslation: () => new layers.RandomTranslation(0.3, [0.1, 0.2], { seed, fillMode: 'constant', fillValue: 9 }),
  RandomShear: () => new layers.RandomShear({ xFactor: 0.2, yFactor: [0.1, 0.3], seed, interpolation: 'nearest' }),
  RandomPerspective: () => new layers.RandomPerspective({ scale: 0.5, seed, factor: [0.9, 1] }),
  RandomCrop: () => new layers.RandomCrop(4, 3, { seed }),
  RandomBrightness: () => new layers.RandomBrightness(0.3, { seed }),
  RandomContrast: () => new layers.RandomContrast(0.3, { seed }),
  RandomHue: () => new layers.RandomHue(0.3, { seed }),
  RandomSaturation: () => new layers.RandomSaturation([0.2, 0.7], { seed }),
  RandomSharpness: () => new layers.RandomSharpness(0.8, { seed }),
  RandomGrayscale: () => new layers.RandomGrayscale({ factor: 0.5, seed }),
  RandomColorDegeneration: () => new layers.RandomColorDegeneration([0.1, 0.9], { seed }),
  RandomColorJitter: () => new layers.RandomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.2, seed }),
  RandomPosterization: () => new layers.RandomPosterization([2, 7], { seed }),
  RandomInvert: () => new layers.RandomInvert({ factor: 0.9, seed }),
  Solarization: () => new layers.Solarization({ additionFactor: 0.3, thresholdFactor: 0.6, seed }),
  RandomElasticTransform: () => new layers.RandomElasticTransform({ scale: [0.5, 1], seed }),
  RandomErasing: () => new layers.RandomErasing({ scale: 0.5, seed }),
  RandomGaussianBlur: () => new layers.RandomGaussianBlur({ kernelSize: 5, seed }),
  CutMix: () => new layers.CutMix({ factor: 0.8, seed }),
  MixUp: () => new layers.MixUp({ alpha: 0.4, seed }),
  RandAugment: () => new layers.RandAugment({ numOps: 2, factor: 0.4, seed }),
  AugMix: () => new layers.AugMix({ numChains: 2, chainDepth: 2, seed }),
};
const names = Object.keys(random);
const made = (name: string): Layer => (random[name] as () => Layer)();

describe('layers that augment', () => {
  it.each(names)('%s draws anew on every run of a compiled step, alike on all targets', (name) => {
    const x = images(4);
    const { graph } = trace(
      name,
      [{ name: 'x', dtype: 'float32', shape: x.shape }],
      (input) => made(name)(input, training),
      (result) => [result],
    );
    expect(graph.updates).toHaveLength(1);
    const [compiled, reference] = [compileWasmStep({ run: graph }, {}), referenceStepCompiler.compileNow({ run: graph }, {})];
    const runs = Array.from({ length: 3 }, () => {
      const found = Array.from((compiled.run('run', [x.value])[0] as { data: ArrayLike<number> }).data);
      const expected = Array.from((reference.run('run', [x.value])[0] as { data: ArrayLike<number> }).data);
      // Coordinates and colours pass through some hundred float operations.
      expect(worstDifference(found, expected)).toBeLessThan(1e-5);
      expect(found.every((value) => Number.isFinite(value))).toBe(true);
      return JSON.stringify(found);
    });
    expect(new Set(runs).size).toBeGreaterThan(1);
    compiled.dispose();
  });

  it.each(names)('%s repeats itself for the same seed, also when made again from its config', (name) => {
    const x = images(3);
    const first = numbersOf(made(name)(x, training));
    const again = deserializeKerasObject(serializeKerasObject(made(name))) as Layer;
    expect(numbersOf(again(x, training))).toEqual(first);
    expect(again.getConfig()).toEqual({ ...made(name).getConfig(), name: again.name });
  });

  it.each(names)('%s leaves images alone in inference', (name) => {
    const x = images(2);
    expect(numbersOf(made(name)(x, { training: false }))).toEqual(numbersOf(x));
  });

  it('takes one image, images with channels first, and integers', () => {
    const whole = ops.cast(images(1), 'uint8');
    const layer = (): Layer => new layers.RandomBrightness([0.2, 0.2]);
    const expected = numbersOf(ops.clip(ops.add(ops.cast(whole, 'float32'), 51), 0, 255));
    expect(numbersOf(layer()(whole, training))).toEqual(expected);
    expect(numbersOf(layer()(ops.squeeze(whole, { axis: 0 }), training))).toEqual(expected);
    const first = new layers.RandomBrightness([0.2, 0.2], { dataFormat: 'channels_first' });
    const turned = first(ops.transpose(whole, { axes: [0, 3, 1, 2] }), training);
    expect(numbersOf(ops.transpose(turned, { axes: [0, 2, 3, 1] }))).toEqual(expected);
    expect(() => layer()(sample([3, 4]), training)).toThrow(/rank 3 \(single image\) or 4/);
  });
});

describe('what belongs to images', () => {
  const boxes = (): { boxes: Tensor; labels: Tensor } => ({
    boxes: ops.convertToTensor([[[1, 1, 3, 4]], [[0, 2, 2, 3]]], { dtype: 'float32' }),
    labels: ops.convertToTensor([[5], [6]], { dtype: 'int32' }),
  });
  /** A box drawn as a mask has the place of its box. */
  const drawn = (): Tensor => {
    const [y, x] = [ops.reshape(ops.arange(6), [1, 6, 1, 1]), ops.reshape(ops.arange(5), [1, 1, 5, 1])];
    const edges = ops.unstack(ops.cast(ops.reshape(boxes().boxes, [2, 4]), 'int32'), { axis: 1 }).map((edge) => ops.reshape(edge, [2, 1, 1, 1])) as [
      Tensor, Tensor, Tensor, Tensor,
    ]; // biome-ignore format: four edges
    const across = ops.logicalAnd(ops.greaterEqual(x, edges[0]), ops.less(x, edges[2]));
    return ops.cast(ops.logicalAnd(across, ops.logicalAnd(ops.greaterEqual(y, edges[1]), ops.less(y, edges[3]))), 'uint8');
  };
  type Data = { images: Tensor; bounding_boxes: { boxes: Tensor; labels: Tensor }; segmentation_masks: Tensor };
  const run = (layer: Layer): Data => layer<Data>({ images: images(2), bounding_boxes: boxes(), segmentation_masks: drawn() }, training);
  /** Left, top, right and bottom of what is set in each mask. */
  const extents = (masks: Tensor): number[][] => {
    const [batch, height, width] = masks.shape as [number, number, number];
    const values = numbersOf(masks);
    return Array.from({ length: batch }, (_, index) => {
      const set = Array.from({ length: height * width }, (_unused, at) => at).filter((at) => values[index * height * width + at] !== 0);
      const [xs, ys] = [set.map((at) => at % width), set.map((at) => Math.floor(at / width))];
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    });
  };

  it('moves as they do: boxes stay around what they framed, masks keep their values', () => {
    const movers = [
      new layers.RandomFlip({ mode: 'horizontal_and_vertical', seed, boundingBoxFormat: 'xyxy' }),
      new layers.RandomTranslation([1 / 6, 1 / 6], [0.2, 0.2], { fillMode: 'constant', boundingBoxFormat: 'xyxy' }),
      new layers.RandomTranslation([-1 / 6, -1 / 6], 0, { fillMode: 'constant', boundingBoxFormat: 'xyxy' }),
    ];
    for (const layer of movers) {
      const result = run(layer);
      expect(result.segmentation_masks.dtype).toBe('uint8');
      const found = numbersOf(result.bounding_boxes.boxes);
      extents(result.segmentation_masks)
        .flat()
        .forEach((edge, index) => {
          expect(found[index]).toBeCloseTo(edge, 4);
        });
      expect(numbersOf(result.bounding_boxes.labels)).toEqual([5, 6]);
    }
  });

  it('is cropped with them, and boxes that vanish lose their label', () => {
    const result = run(new layers.CenterCrop(2, 2, { boundingBoxFormat: 'xyxy' }));
    expect(numbersOf(result.bounding_boxes.boxes)).toEqual([0, 0, 2, 2, 0, 0, 1, 1]);
    const shifted = run(new layers.RandomTranslation([-1, -1], 0, { fillMode: 'constant', boundingBoxFormat: 'xyxy' }));
    expect(numbersOf(shifted.bounding_boxes.labels)).toEqual([-1, -1]);
    expect(() => run(new layers.RandomFlip())).toThrow(/didn't specify a bounding box format/);
  });

  it('keeps its number of boxes in the format that it came in', () => {
    const resized = run(new layers.Resizing(12, 10, { boundingBoxFormat: 'xywh' }));
    expect(numbersOf(resized.bounding_boxes.boxes).slice(0, 4)).toEqual([2, 2, 6, 8]);
    const padded = run(new layers.MaxNumBoundingBoxes(3, { boundingBoxFormat: 'xyxy' }));
    expect(padded.bounding_boxes.boxes.shape).toEqual([2, 3, 4]);
    expect(numbersOf(padded.bounding_boxes.labels)).toEqual([5, -1, -1, 6, -1, -1]);
  });

  it('mixes labels by the shares of the images', () => {
    for (const layer of [new layers.CutMix({ seed }), new layers.MixUp({ seed })]) {
      const labels = ops.oneHot([0, 1, 2, 3], 4);
      const plain = ops.multiply(ops.ones([4, 8, 8, 1]), ops.reshape(ops.arange(4, { dtype: 'float32' }), [4, 1, 1, 1]));
      const result = layer<{ images: Tensor; labels: Tensor }>({ images: plain, labels }, training);
      const mean = numbersOf(ops.mean(result.images, { axis: [1, 2, 3] }));
      const expected = numbersOf(ops.matmul(result.labels, ops.arange(4, { dtype: 'float32' })));
      // CutMix weighs by the rectangle's area, of which whole pixels are covered: up to a row and a column of 8 more or less.
      mean.forEach((value, index) => {
        expect(Math.abs(value - (expected[index] as number))).toBeLessThan(layer instanceof layers.CutMix ? 3 * (2 / 8) : 1e-5);
      });
      numbersOf(ops.sum(result.labels, { axis: 1 })).forEach((total) => {
        expect(total).toBeCloseTo(1, 5);
      });
    }
  });
});

describe('single layers', () => {
  it('RandomFlip mirrors about half of the images', () => {
    const x = images(200, 2, 3);
    const flipped = new layers.RandomFlip('horizontal', { seed })(x, training);
    const changed = numbersOf(ops.any(ops.notEqual(flipped, x), { axis: [1, 2, 3] })).reduce((sum, value) => sum + value, 0);
    // 200 draws of 1/2: five standard deviations are 35.
    expect(Math.abs(changed - 100)).toBeLessThan(35);
  });

  it('a shift by whole pixels has the gradient of a linear map: its adjoint', () => {
    const x = sample([2, 5, 6, 1]);
    const upstream = sample([2, 5, 6, 1], 0.4);
    const warp = (input: Tensor): Tensor => ops.image.affineTransform(input, [1, 0, 2, 0, 1, -1, 0, 0], { fillValue: 9 });
    const [gradient] = gradients(ops.sum(ops.multiply(warp(x), upstream)), [x]);
    const linear = ops.subtract(warp(x), warp(ops.zerosLike(x)));
    expect(ops.sum(ops.multiply(gradient as Tensor, x)).item()).toBeCloseTo(Number(ops.sum(ops.multiply(linear, upstream)).item()), 4);
  });

  it('refuse factors out of range', () => {
    expect(() => new layers.RandomRotation(2)).toThrow(/in the range \[-1, 1\]/);
    expect(() => new layers.RandomZoom(-1)).toThrow(/\(-1.0, 1.0\]/);
    expect(() => new layers.RandomContrast(1.5)).toThrow(/The `factor` argument should be a number/);
    expect(() => new layers.RandomGaussianBlur({ kernelSize: 4 })).toThrow(/must be an odd number/);
    expect(() => new layers.RandomFlip('sideways' as 'vertical')).toThrow(/Unknown `mode` sideways/);
  });

  it('AutoContrast stretches each channel, and leaves flat ones alone', () => {
    const x = ops.reshape([50, 100, 150, 7, 7, 7], [1, 2, 3, 1]);
    const flat = ops.fullLike(x, 9);
    const result = new layers.AutoContrast()(ops.concatenate([x, flat], { axis: -1 }));
    expect(numbersOf(ops.getItem(result, ['...', 1]))).toEqual(new Array(6).fill(9));
    expect([ops.min(ops.getItem(result, ['...', 0])).item(), ops.max(result).item()]).toEqual([0, 255]);
  });

  it('Pipeline runs its layers in turn, and hands training on', () => {
    const pipeline = new layers.Pipeline([new layers.Rescaling(2), new layers.RandomBrightness([0.1, 0.1], { valueRange: [0, 100] })]);
    expect(numbersOf(pipeline(ops.ones([1, 1, 1, 1]), training))).toEqual([12]);
    expect(numbersOf(pipeline(ops.ones([1, 1, 1, 1]), { training: false }))).toEqual([2]);
    expect(pipeline.variables).toHaveLength(1);
  });
});
