// The set of layers that RandAugment and AugMix choose from.
import type { Tensor } from '../../../trace/tensor.ts';
import type { DTypePolicy } from '../../engine/dtype-policy.ts';
import type { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { AutoContrast } from './auto-contrast.ts';
import type { BoundingBoxes } from './bounding-boxes.ts';
import { Equalization } from './equalization.ts';
import type { Range } from './factors.ts';
import type { Frame, ImageLayer } from './image-layer.ts';
import { RandomBrightness } from './random-brightness.ts';
import { RandomColorDegeneration } from './random-color-degeneration.ts';
import { RandomContrast } from './random-contrast.ts';
import { RandomPosterization } from './random-posterization.ts';
import { RandomRotation } from './random-rotation.ts';
import { RandomSharpness } from './random-sharpness.ts';
import { RandomShear } from './random-shear.ts';
import { RandomTranslation } from './random-translation.ts';
import { Solarization } from './solarization.ts';

export interface AugmentationSettings {
  readonly factor: Range;
  readonly valueRange: Range;
  readonly interpolation: Sampling;
  readonly seed: number | null;
  readonly dtype: DTypePolicy;
  readonly boundingBoxFormat: string | null;
}

/** Layers that move pixels or change values so that brightness stays comparable. */
export function basicAugmentations(settings: AugmentationSettings): ImageLayer<unknown>[] {
  const { factor, valueRange } = settings;
  const shear: Range = [Math.max(0, factor[0]), factor[1]];
  return [
    new RandomShear({ ...settings, xFactor: shear, yFactor: shear }),
    new RandomTranslation(factor, factor, settings),
    new RandomRotation(factor, settings),
    new Solarization({ ...settings, additionFactor: factor, thresholdFactor: factor }),
    new RandomPosterization(Math.max(1, Math.trunc(8 * factor[1])), settings),
    new AutoContrast({ ...settings, valueRange }),
    new Equalization({ ...settings, valueRange }),
  ] as ImageLayer<unknown>[];
}

/** Layers that change brightness, colour, contrast and sharpness. */
export function colorAugmentations(settings: AugmentationSettings): ImageLayer<unknown>[] {
  const { factor } = settings;
  return [
    new RandomBrightness(factor, settings),
    new RandomColorDegeneration(factor, settings),
    new RandomContrast(factor, settings),
    new RandomSharpness(factor, settings),
  ] as ImageLayer<unknown>[];
}

/** One change, the same for images, masks and boxes: a choice among the layers, each with what it drew. */
export interface Change {
  /** The number of a layer; numbers beyond the layers change nothing. */
  readonly choice: Tensor;
  readonly transformations: readonly unknown[];
}

export const drawChange = (layers: readonly ImageLayer<unknown>[], choice: Tensor, frame: Frame, generator: SeedGenerator): Change => ({
  choice,
  transformations: layers.map((layer) => layer.drawTransformation(frame, generator)),
});

/** Images through the chosen layer: the others are not computed. */
export function changeImages(layers: readonly ImageLayer<unknown>[], images: Tensor, { choice, transformations }: Change): Tensor {
  return choose(layers, choice, images, (layer, index, image) => layer.transformImages(image, transformations[index]));
}

export function changeMasks(layers: readonly ImageLayer<unknown>[], masks: Tensor, { choice, transformations }: Change): Tensor {
  return choose(layers, choice, masks, (layer, index, mask) => layer.transformSegmentationMasks(mask, transformations[index]));
}

function choose(
  layers: readonly ImageLayer<unknown>[],
  choice: Tensor,
  x: Tensor,
  apply: (layer: ImageLayer<unknown>, index: number, x: Tensor) => Tensor,
): Tensor {
  const branches = layers.map(
    (layer, index) =>
      (operand: Tensor): Tensor =>
        ops.cast(apply(layer, index, operand), x.dtype),
  );
  return ops.switch(choice, [...branches, (operand: Tensor): Tensor => operand], x) as Tensor;
}

/** Boxes are few: all layers move them, and the chosen one's are taken. */
export function changeBoxes(
  layers: readonly ImageLayer<unknown>[],
  boxes: BoundingBoxes,
  { choice, transformations }: Change,
  frame: Frame,
): BoundingBoxes {
  const moved = layers.map((layer, index) => layer.transformBoundingBoxes(boxes, transformations[index], frame));
  const chosen = (key: 'boxes' | 'labels'): Tensor =>
    moved.reduce((current, other, index) => ops.where(ops.equal(choice, index), other[key], current) as Tensor, boxes[key]);
  return { ...boxes, boxes: chosen('boxes'), labels: chosen('labels') };
}
