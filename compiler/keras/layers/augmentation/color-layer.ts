// Layers that change colours within a range of values.
import { type Range, valueRange } from './factors.ts';
import { RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

export interface ColorLayerOptions extends RandomImageLayerOptions {
  /** The least and the largest value of a pixel. Default [0, 255]. */
  readonly valueRange?: Range;
}

export abstract class ColorLayer<T> extends RandomImageLayer<T> {
  readonly valueRange: Range;

  constructor(options: ColorLayerOptions = {}) {
    super(options);
    this.valueRange = valueRange(options.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), valueRange: this.valueRange };
  }
}
