// Low-rank adaptation: a frozen kernel plus the product of two small trained matrices.
import { ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Layer } from '../engine/layer.ts';
import type { Weight } from '../engine/weight.ts';
import * as ops from '../ops/index.ts';
import type { WeightSettings } from './weight-settings.ts';

export interface LoraOptions {
  /** Rank of the adaptation; none by default. */
  readonly loraRank?: number | null;
  /** The product is scaled by `loraAlpha / loraRank`; the rank by default. */
  readonly loraAlpha?: number | null;
}

/** The weight that is adapted: a float weight, or a quantized one with the shape of the matrix that it stands for. */
export interface Adapted {
  readonly name: string;
  readonly shape: readonly number[];
  trainable: boolean;
}

/** The two matrices of an adapted weight. */
export class Lora {
  readonly rank: number;
  readonly alpha: number;
  readonly #a: Weight;
  readonly #b: Weight;

  /** Adds the matrices to a layer that is being built and freezes the weight. */
  constructor(layer: Layer, weight: Adapted, { constraint, regularizer }: WeightSettings, rank: number, alpha: number) {
    if (constraint) {
      throw new ValueError(
        'Lora is incompatible with kernel constraints. In order to enable lora on this layer, remove the `kernel_constraint` argument.',
        { code: 'lora' },
      );
    }
    this.rank = rank;
    this.alpha = alpha;
    const { shape, name } = weight;
    this.#a = layer.addWeight({
      name: `lora_${name}_a`,
      shape: [...shape.slice(0, -1), rank],
      initializer: 'he_uniform',
      dtype: 'float32',
      regularizer,
    });
    this.#b = layer.addWeight({
      name: `lora_${name}_b`,
      shape: [rank, shape.at(-1) as number],
      initializer: 'zeros',
      dtype: 'float32',
      regularizer,
    });
    weight.trainable = false;
  }

  /** The weight with the adaptation added. */
  adapt(weight: Weight | Tensor): Tensor {
    return ops.cast(ops.add(weight, this.#scaled(ops.matmul(this.#a, this.#b))), ops.convertToTensor(weight).dtype);
  }

  /** A product with the adaptation's own added: `multiply` is what the layer does with its weight. */
  addTo(product: Tensor, multiply: (a: Weight) => Tensor): Tensor {
    return ops.cast(ops.add(product, this.#scaled(ops.matmul(multiply(this.#a), this.#b))), product.dtype);
  }

  /** Makes the adaptation nothing, once it was added to the weight. */
  reset(): void {
    for (const weight of [this.#a, this.#b]) weight.assign(ops.zerosLike(weight));
  }

  #scaled(change: Tensor): Tensor {
    return ops.multiply(change, this.alpha / this.rank);
  }
}

/** The adaptation that the options of a layer ask for. */
export function createLora(
  layer: Layer,
  weight: Adapted,
  settings: WeightSettings,
  { loraRank, loraAlpha }: LoraOptions,
): Lora | undefined {
  return loraRank ? new Lora(layer, weight, settings, loraRank, loraAlpha ?? loraRank) : undefined;
}

/** What a layer's config says of its adaptation: nothing if there is none. */
export const loraConfig = ({ loraRank, loraAlpha }: LoraOptions): Record<string, unknown> =>
  loraRank ? { loraRank, loraAlpha: loraAlpha ?? loraRank } : {};
