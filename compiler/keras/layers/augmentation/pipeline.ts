// Layers applied one after another, as one layer.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Nested } from '../../engine/structure.ts';

/** @example new layers.Pipeline([new layers.AutoContrast(), new layers.RandomZoom(0.2)])(images) */
export class Pipeline extends Layer {
  static override readonly positional: readonly string[] = ['layers'];
  static readonly nested: readonly string[] = ['layers'];

  readonly layers: readonly Layer[];

  constructor(layers: readonly Layer[], options: Pick<LayerOptions, 'name'> = {}) {
    super(options);
    this.layers = layers;
  }

  override call(inputs: Nested<Tensor>, { training }: CallOptions = {}): Nested<Tensor> {
    const options = { training: training ?? true };
    return this.layers.reduce<Nested<Tensor>>((data, layer) => layer<Nested<Tensor>>(data, options), inputs);
  }

  override getConfig(): Record<string, unknown> {
    return { layers: this.layers, name: this.name };
  }
}
