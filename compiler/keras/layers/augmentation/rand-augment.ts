// A few changes out of many, chosen by chance (Cubuk et al., 2019).
import type { Tensor } from '../../../trace/tensor.ts';
import type { Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { randint } from '../../random/index.ts';
import {
  basicAugmentations, type Change, changeBoxes, changeImages, changeMasks, colorAugmentations, drawChange,
} from './augmentations.ts'; // biome-ignore format: one list
import type { BoundingBoxes } from './bounding-boxes.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { type Factor, factorRange, type Range } from './factors.ts';
import type { Frame, ImageLayer } from './image-layer.ts';

export interface RandAugmentOptions extends ColorLayerOptions {
  /** How many changes. Default 2. */
  readonly numOps?: number;
  /** How strong they are, in 0..1. Default 0.5. */
  readonly factor?: Factor;
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
}

/** The same changes for all images of a batch, each with its own strength. */
export class RandAugment extends ColorLayer<readonly Change[]> {
  readonly numOps: number;
  readonly factor: Range;
  readonly interpolation: Sampling;
  readonly choices: readonly ImageLayer<unknown>[];

  constructor(options: RandAugmentOptions = {}) {
    super(options);
    this.numOps = options.numOps ?? 2;
    this.factor = factorRange(options.factor ?? 0.5, [0, 1]);
    this.interpolation = options.interpolation ?? 'bilinear';
    const { factor, interpolation, valueRange, seed, boundingBoxFormat, dtypePolicy: dtype } = this;
    const settings = { factor, interpolation, valueRange, seed, boundingBoxFormat, dtype };
    this.choices = [...basicAugmentations(settings), ...colorAugmentations(settings)];
  }

  override drawTransformation(frame: Frame, generator = this.generator): readonly Change[] {
    const chosen = randint([this.numOps], 0, this.choices.length, { seed: generator });
    return Array.from({ length: this.numOps }, (_, step) => drawChange(this.choices, ops.getItem(chosen, step), frame, generator));
  }

  override transformImages(images: Tensor, changes: readonly Change[]): Tensor {
    return changes.reduce((image, change) => changeImages(this.choices, image, change), images);
  }

  override transformSegmentationMasks(masks: Tensor, changes: readonly Change[]): Tensor {
    return changes.reduce((mask, change) => changeMasks(this.choices, mask, change), masks);
  }

  override transformBoundingBoxes(boxes: BoundingBoxes, changes: readonly Change[], frame: Frame): BoundingBoxes {
    return changes.reduce((current, change) => changeBoxes(this.choices, current, change, frame), boxes);
  }

  override getConfig(): Record<string, unknown> {
    const { numOps, factor, interpolation } = this;
    return { ...super.getConfig(), numOps, factor, interpolation };
  }
}
