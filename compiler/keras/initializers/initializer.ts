// The base of initializers: callables that make a weight's first value from its shape.
import type { DType } from '../../ir/dtype.ts';
import { elementCount, type Shape } from '../../ir/shape.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { Callable } from '../engine/callable.ts';
import { lazyTensor } from './lazy-tensor.ts';
import { toDType } from './to-dtype.ts';

export interface InitializerCallOptions {
  /** Default float32. */
  readonly dtype?: DType | null | undefined;
}

/** Called as `initializer([3, 4], { dtype: 'float32' })`. */
export interface Initializer {
  (shape: Shape, options?: InitializerCallOptions): Tensor;
  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: `Callable` provides the call signature
export abstract class Initializer extends Callable {
  /** The values in row-major order. */
  abstract values(shape: Shape): Float64Array;

  override invoke(shape: Shape, { dtype }: InitializerCallOptions = {}): Tensor {
    const type = dtype ?? 'float32';
    this.checkShape(shape);
    return lazyTensor(type, shape, () => toDType(type, this.values(shape)));
  }

  /** Throws on shapes that the initializer cannot fill. */
  protected checkShape(shape: Shape): void {
    elementCount(shape);
  }

  /** The arguments to make this initializer again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}
