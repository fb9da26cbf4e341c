// The base of layers that change what another layer does.
import { quote, ValueError } from '../../../errors/index.ts';
import { Layer, type LayerOptions, type ShapeStructure } from '../../engine/layer.ts';

/** A layer that holds another one. Extend it; by itself it computes nothing. */
export class Wrapper extends Layer {
  static override readonly positional: readonly string[] = ['layer'];
  static readonly nested: readonly string[] = ['layer'];

  readonly layer: Layer;

  constructor(layer: Layer, options: LayerOptions = {}) {
    if (!(layer instanceof Layer)) {
      throw new ValueError(
        `Layer ${quote(layer)} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a valid Keras layer.`,
        { code: 'arguments' },
      );
    }
    super(options);
    this.layer = layer;
  }

  override build(inputShape: ShapeStructure): void {
    if (!this.layer.built) this.layer.build(inputShape);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), layer: this.layer };
  }
}
