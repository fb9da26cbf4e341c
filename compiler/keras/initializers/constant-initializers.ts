// Initializers that leave nothing to chance.
import { formatShape, ValueError } from '../../errors/index.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import { Initializer } from './initializer.ts';

/** All zeros. */
export class Zeros extends Initializer {
  override values(shape: Shape): Float64Array {
    return new Float64Array(elementCount(shape));
  }
}

/** All ones. */
export class Ones extends Initializer {
  override values(shape: Shape): Float64Array {
    return new Float64Array(elementCount(shape)).fill(1);
  }
}

export interface ConstantOptions {
  /** Default 0. */
  readonly value?: number;
}

/** One value everywhere: `new Constant(2)` or `new Constant({ value: 2 })`. */
export class Constant extends Initializer {
  readonly value: number;

  constructor(options: number | ConstantOptions = {}) {
    super();
    this.value = typeof options === 'number' ? options : (options.value ?? 0);
  }

  override values(shape: Shape): Float64Array {
    return new Float64Array(elementCount(shape)).fill(this.value);
  }

  override getConfig(): Record<string, unknown> {
    return { value: this.value };
  }
}

export interface IdentityOptions {
  /** Factor of the matrix. Default 1. */
  readonly gain?: number;
}

/** The identity matrix, for 2D weights. */
export class Identity extends Initializer {
  readonly gain: number;

  constructor({ gain = 1 }: IdentityOptions = {}) {
    super();
    this.gain = gain;
  }

  protected override checkShape(shape: Shape): void {
    if (shape.length !== 2) {
      throw new ValueError(
        `Identity matrix initializer can only be used for 2D matrices. Received: shape=${formatShape(shape)} of rank ${shape.length}.`,
        { code: 'initializer-shape' },
      );
    }
  }

  override values(shape: Shape): Float64Array {
    const [rows, columns] = shape as readonly [number, number];
    return Float64Array.from({ length: rows * columns }, (_, index) => (Math.floor(index / columns) === index % columns ? this.gain : 0));
  }

  override getConfig(): Record<string, unknown> {
    return { gain: this.gain };
  }
}
