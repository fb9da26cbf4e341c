// Initializers whose spread follows the number of inputs and outputs of a weight: Glorot, He, LeCun.
import { ValueError } from '../../errors/index.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import { RandomInitializer, type SeedOption } from './random-initializers.ts';
import { normalValues, truncatedNormalValues, uniformValues } from './random-values.ts';

const MODES = ['fan_in', 'fan_out', 'fan_avg'] as const;
const DISTRIBUTIONS = ['truncated_normal', 'untruncated_normal', 'uniform'] as const;
type Mode = (typeof MODES)[number];
type Distribution = (typeof DISTRIBUTIONS)[number];

/** The standard deviation of a standard normal distribution cut at two. */
const TRUNCATED_DEVIATION = 0.8796256610342398;

export interface FanOptions extends SeedOption {
  /** Axes that count as inputs and outputs, where the shape does not tell. */
  readonly inputAxes?: readonly number[] | null;
  readonly outputAxes?: readonly number[] | null;
}

export interface VarianceScalingOptions extends FanOptions {
  /** Default 1. */
  readonly scale?: number;
  /** Default `fan_in`. */
  readonly mode?: Mode;
  /** Default `truncated_normal`. */
  readonly distribution?: Distribution | 'normal';
}

/** How many inputs and outputs a weight connects. Kernels are (spatial..., in, out). */
function computeFans(shape: Shape, { inputAxes, outputAxes }: FanOptions = {}): readonly [number, number] {
  const over = (axes: readonly number[]): number => axes.reduce((product, axis) => product * (shape.at(axis) as number), 1);
  if (inputAxes && outputAxes) return [over(inputAxes), over(outputAxes)];
  if (shape.length === 0) return [1, 1];
  if (shape.length === 1) return [shape[0] as number, shape[0] as number];
  const field = elementCount(shape.slice(0, -2));
  return [field * (shape.at(-2) as number), field * (shape.at(-1) as number)];
}

/** Random values of variance `scale / fan`. */
export class VarianceScaling extends RandomInitializer {
  readonly scale: number;
  readonly mode: Mode;
  readonly distribution: Distribution;
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  constructor({
    scale = 1,
    mode = 'fan_in',
    distribution = 'truncated_normal',
    seed,
    inputAxes = null,
    outputAxes = null,
  }: VarianceScalingOptions = {}) {
    super(seed);
    const refuse = (message: string): never => {
      throw new ValueError(message, { code: 'initializer-arguments' });
    };
    if (!(scale > 0)) refuse(`Argument \`scale\` must be positive float. Received: scale=${scale}`);
    if (!MODES.includes(mode)) refuse(`Invalid \`mode\` argument: ${mode}. Please use one of {'fan_in', 'fan_out', 'fan_avg'}`);
    const name = distribution === 'normal' ? 'truncated_normal' : (distribution.toLowerCase() as Distribution);
    if (!DISTRIBUTIONS.includes(name)) {
      refuse(`Invalid \`distribution\` argument: ${distribution}. Please use one of {'truncated_normal', 'untruncated_normal', 'uniform'}`);
    }
    this.scale = scale;
    this.mode = mode;
    this.distribution = name;
    this.inputAxes = inputAxes;
    this.outputAxes = outputAxes;
  }

  override values(shape: Shape): Float64Array {
    const [fanIn, fanOut] = computeFans(shape, { inputAxes: this.inputAxes, outputAxes: this.outputAxes });
    const fan = this.mode === 'fan_in' ? fanIn : this.mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
    const variance = this.scale / Math.max(1, fan);
    const count = elementCount(shape);
    if (this.distribution === 'uniform') return uniformValues(this.seed, count, -Math.sqrt(3 * variance), Math.sqrt(3 * variance));
    if (this.distribution === 'untruncated_normal') return normalValues(this.seed, count, 0, Math.sqrt(variance));
    return truncatedNormalValues(this.seed, count, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION);
  }

  override getConfig(): Record<string, unknown> {
    const { scale, mode, distribution, inputAxes, outputAxes } = this;
    return { ...super.getConfig(), scale, mode, distribution, inputAxes, outputAxes };
  }

  /** What the named initializers below write: their scale, mode and distribution are their name. */
  protected fanConfig(): Record<string, unknown> {
    return { seed: this.givenSeed, inputAxes: this.inputAxes, outputAxes: this.outputAxes };
  }
}

/** Uniform with variance 2 / (inputs + outputs). */
export class GlorotUniform extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_avg', distribution: 'uniform' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}

/** Truncated normal with variance 2 / (inputs + outputs). */
export class GlorotNormal extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_avg', distribution: 'truncated_normal' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}

/** Uniform with variance 2 / inputs. */
export class HeUniform extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'uniform' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}

/** Truncated normal with variance 2 / inputs. */
export class HeNormal extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'truncated_normal' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}

/** Uniform with variance 1 / inputs. */
export class LecunUniform extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_in', distribution: 'uniform' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}

/** Truncated normal with variance 1 / inputs. */
export class LecunNormal extends VarianceScaling {
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_in', distribution: 'truncated_normal' });
  }
  override getConfig(): Record<string, unknown> {
    return this.fanConfig();
  }
}
