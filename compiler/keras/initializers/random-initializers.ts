// Initializers that draw numbers independently of the shape. The same seed gives the same values at every call.
import { elementCount, type Shape } from '../../ir/shape.ts';
import { Initializer } from './initializer.ts';
import { normalValues, seedOrRandom, truncatedNormalValues, uniformValues } from './random-values.ts';

export interface SeedOption {
  readonly seed?: number | null;
}

/** An initializer with a seed; without one it picks its own once. */
export abstract class RandomInitializer extends Initializer {
  /** As given: null is written to configs as null. */
  readonly givenSeed: number | null;
  readonly seed: number;

  constructor(seed: number | null | undefined) {
    super();
    this.givenSeed = seed ?? null;
    this.seed = seedOrRandom(seed);
  }

  override getConfig(): Record<string, unknown> {
    return { seed: this.givenSeed };
  }
}

export interface NormalOptions extends SeedOption {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.05. */
  readonly stddev?: number;
}

/** The normal distribution. */
export class RandomNormal extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;

  constructor({ mean = 0, stddev = 0.05, seed }: NormalOptions = {}) {
    super(seed);
    this.mean = mean;
    this.stddev = stddev;
  }

  override values(shape: Shape): Float64Array {
    return normalValues(this.seed, elementCount(shape), this.mean, this.stddev);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/** The normal distribution without what lies beyond two standard deviations. */
export class TruncatedNormal extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;

  constructor({ mean = 0, stddev = 0.05, seed }: NormalOptions = {}) {
    super(seed);
    this.mean = mean;
    this.stddev = stddev;
  }

  override values(shape: Shape): Float64Array {
    return truncatedNormalValues(this.seed, elementCount(shape), this.mean, this.stddev);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

export interface UniformOptions extends SeedOption {
  /** Default -0.05. */
  readonly minval?: number;
  /** Default 0.05. */
  readonly maxval?: number;
}

/** The uniform distribution. */
export class RandomUniform extends RandomInitializer {
  readonly minval: number;
  readonly maxval: number;

  constructor({ minval = -0.05, maxval = 0.05, seed }: UniformOptions = {}) {
    super(seed);
    this.minval = minval;
    this.maxval = maxval;
  }

  override values(shape: Shape): Float64Array {
    return uniformValues(this.seed, elementCount(shape), this.minval, this.maxval);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval };
  }
}
