// Mixes images with several chains of changes (Hendrycks et al., 2020).
import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { beta, gamma, randint } from '../../random/index.ts';
import { basicAugmentations, type Change, changeImages, changeMasks, colorAugmentations, drawChange } from './augmentations.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { type Factor, factorRange, type Range } from './factors.ts';
import { type Frame, frameOf, type ImageLayer } from './image-layer.ts';

export interface AugMixOptions extends ColorLayerOptions {
  /** Default 3. */
  readonly numChains?: number;
  /** Changes in a chain, of which some are none. Default 3. */
  readonly chainDepth?: number;
  /** How strong the changes are, in 0..1. Default 0.3. */
  readonly factor?: Factor;
  /** The parameter of the distributions of weights. Default 1. */
  readonly alpha?: number;
  /** Whether brightness, colour, contrast and sharpness are among the changes. Default true. */
  readonly allOps?: boolean;
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
}

interface Mixture {
  /** One per chain, adding up to 1. */
  readonly chainWeights: Tensor;
  /** The share of the unchanged image. */
  readonly weight: Tensor;
  /** A seed for each chain and step: uint32 [chains, depth, 2]. */
  readonly seeds: Tensor;
}

/** Draws from a seed that is part of the computation: a loop can have it as an input. */
class DerivedSeeds extends SeedGenerator {
  #key: Tensor;

  constructor(key: Tensor) {
    super(0);
    this.#key = key;
  }

  override next(): Tensor {
    const bits = lax.random_bits(this.#key, [2, 2]);
    const half = (index: number): Tensor => lax.reshape(lax.slice(bits, [index, 0], [index + 1, 2]), [2]);
    this.#key = half(0);
    return half(1);
  }
}

type Apply = (layers: readonly ImageLayer<unknown>[], x: Tensor, change: Change) => Tensor;

/** Each step of each chain makes one change, the same for all images of a batch, or none. */
export class AugMix extends ColorLayer<Mixture> {
  readonly numChains: number;
  readonly chainDepth: number;
  readonly factor: Range;
  readonly alpha: number;
  readonly allOps: boolean;
  readonly interpolation: Sampling;
  readonly choices: readonly ImageLayer<unknown>[];

  constructor(options: AugMixOptions = {}) {
    super(options);
    this.numChains = options.numChains ?? 3;
    this.chainDepth = options.chainDepth ?? 3;
    this.factor = factorRange(options.factor ?? 0.3, [0, 1]);
    this.alpha = options.alpha ?? 1;
    this.allOps = options.allOps ?? true;
    this.interpolation = options.interpolation ?? 'bilinear';
    const { factor, interpolation, valueRange, seed, boundingBoxFormat, dtypePolicy: dtype } = this;
    const settings = { factor, interpolation, valueRange, seed, boundingBoxFormat, dtype };
    this.choices = [...basicAugmentations(settings), ...(this.allOps ? colorAugmentations(settings) : [])];
  }

  override drawTransformation(_frame: Frame, generator = this.generator): Mixture {
    // Numbers of a gamma distribution as shares of their sum are of Dirichlet's.
    const shares = gamma([this.numChains], this.alpha, { seed: generator });
    const chainWeights = ops.divide(shares, ops.sum(shares));
    const weight = beta([], this.alpha, this.alpha, { seed: generator });
    return { chainWeights, weight, seeds: lax.random_bits(generator.next(), [this.numChains, this.chainDepth, 2]) };
  }

  override transformImages(images: Tensor, mixture: Mixture): Tensor {
    return ops.clip(this.#mix(images, mixture, changeImages), ...this.valueRange);
  }

  override transformSegmentationMasks(masks: Tensor, mixture: Mixture): Tensor {
    return this.#mix(masks, mixture, changeMasks);
  }

  #mix(x: Tensor, { chainWeights, weight, seeds }: Mixture, apply: Apply): Tensor {
    const chained = scan(
      (sum, chainSeeds, chainWeight) => [
        lax.add(sum as Tensor, ops.multiply(this.#runChain(x, chainSeeds as Tensor, apply), ops.cast(chainWeight as Tensor, x.dtype))),
      ],
      { carry: [ops.zerosLike(x)], xs: [seeds, chainWeights], length: this.numChains },
    );
    const share = ops.cast(weight, x.dtype);
    return ops.add(ops.multiply(share, x), ops.multiply(ops.subtract(1, share), chained.carry[0] as Tensor));
  }

  /** One change after another, drawn from the seeds [depth, 2]. */
  #runChain(x: Tensor, seeds: Tensor, apply: Apply): Tensor {
    const { carry } = scan(
      (current, key) => {
        const generator = new DerivedSeeds(key as Tensor);
        const choice = randint([], 0, this.choices.length + 1, { seed: generator });
        return [apply(this.choices, current as Tensor, drawChange(this.choices, choice, frameOf(x), generator))];
      },
      { carry: [x], xs: [seeds], length: this.chainDepth },
    );
    return carry[0] as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    const { numChains, chainDepth, factor, alpha, allOps, interpolation } = this;
    return { ...super.getConfig(), numChains, chainDepth, factor, alpha, allOps, interpolation };
  }
}
