// The same elements in another shape.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

/**
 * (batch, ...) -> (batch, ...targetShape); one size may be -1.
 *
 * @example new layers.Reshape([7, 7, 64])(x)
 */
export class Reshape extends Layer {
  static override readonly positional: readonly string[] = ['targetShape'];

  readonly targetShape: readonly (number | null)[];

  constructor(targetShape: readonly (number | null)[], options: LayerOptions = {}) {
    super(options);
    if (Array.isArray(targetShape) && targetShape.some((dim) => Number.isInteger(dim) && dim < -1)) {
      throw new ValueError(
        `Each dimension in \`target_shape\` must be a non-negative integer, or \`-1\` for a single unknown dimension. Received: target_shape=${quote(targetShape)}`,
        { code: 'arguments' },
      );
    }
    const isSize = (dim: unknown): boolean => dim === null || (Number.isInteger(dim) && (dim as number) >= -1);
    if (!Array.isArray(targetShape) || !targetShape.every(isSize) || targetShape.filter((dim) => dim === -1).length > 1) {
      throw new ValueError(`\`target_shape\` must be a tuple of sizes with at most one -1. Received: target_shape=${quote(targetShape)}`, {
        code: 'arguments',
      });
    }
    this.targetShape = targetShape;
  }

  override call(inputs: Tensor): Tensor {
    return ops.reshape(inputs, [inputs.shape[0] as number, ...this.#resolve(inputs.shape.slice(1))]);
  }

  /** The target with -1 replaced where the sizes tell. */
  #resolve(sizes: readonly number[]): number[] {
    const count = sizes.reduce((product, dim) => product * dim, 1);
    const known = this.targetShape.reduce<number>((product, dim) => (dim === null || dim === -1 ? product : product * dim), 1);
    const open = this.targetShape.filter((dim) => dim === null || dim === -1).length;
    if (open > 1 || (open === 1 ? known === 0 || count % known !== 0 : count !== known)) {
      throw new ValueError(
        `The total size of the tensor must be unchanged. Received: input_shape=${formatShape(sizes)}, target_shape=${formatShape(this.targetShape)}`,
        { code: 'reshape' },
      );
    }
    return this.targetShape.map((dim) => (dim === null || dim === -1 ? count / known : dim));
  }

  /** Known sizes decide at once, without a batch. */
  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const sizes = inputShape.slice(1);
    if (sizes.includes(null)) return [inputShape[0] ?? null, ...this.targetShape.map((dim) => (dim === -1 ? null : dim))];
    return [inputShape[0] ?? null, ...this.#resolve(sizes as number[])];
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), targetShape: this.targetShape };
  }
}
