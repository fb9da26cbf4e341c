// A layer of a function that the user writes.
import { NotImplementedError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Nested } from '../../engine/structure.ts';

/** Gets the inputs and `{ training, mask }`; written in `ops.*`. */
export type LambdaFunction = (inputs: never, options: Pick<CallOptions, 'training' | 'mask'>) => Nested<Tensor>;

export interface LambdaOptions extends LayerOptions {
  /** The mask of the output for inputs and their mask. Without it the mask ends here. */
  readonly mask?: ((inputs: unknown, mask: unknown) => unknown) | undefined;
}

/**
 * A layer that is a function. It cannot be saved: write a class of your own where that matters.
 *
 * @example new layers.Lambda((x: Tensor) => ops.multiply(x, 2))(inputs)
 */
export class Lambda extends Layer {
  static override readonly positional: readonly string[] = ['function'];

  readonly function: LambdaFunction;
  readonly #mask: LambdaOptions['mask'];

  constructor(body: LambdaFunction, options: LambdaOptions = {}) {
    super(options);
    this.function = body;
    this.#mask = options.mask;
    this.supportsMasking = options.mask !== undefined;
  }

  override call(inputs: Nested<Tensor>, { training, mask }: CallOptions = {}): Nested<Tensor> {
    return this.function(inputs as never, { training, mask });
  }

  override computeMask(inputs: unknown, previousMask: unknown): unknown {
    return this.#mask?.(inputs, previousMask);
  }

  override getConfig(): Record<string, unknown> {
    throw new NotImplementedError(`The Lambda layer '${this.name}' holds a function, which cannot be written to a file.`, {
      code: 'lambda-in-file',
      cure: 'Write a class of your own that extends Layer, and register it with registerKerasSerializable.',
    });
  }
}
