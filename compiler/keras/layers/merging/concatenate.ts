// Several inputs joined along an axis.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { LayerOptions, ShapeStructure } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';
import { formatShapes, Merge } from './base-merge.ts';

export interface ConcatenateOptions extends LayerOptions {
  /** Default -1. */
  readonly axis?: number;
}

/**
 * A list of tensors that agree but for one axis -> one tensor.
 *
 * @example new layers.Concatenate()([a, b])
 */
export class Concatenate extends Merge {
  readonly axis: number;

  constructor(axis?: number | ConcatenateOptions, options?: ConcatenateOptions) {
    const given = withFirst<'axis', ConcatenateOptions>('axis', axis, options);
    super(given);
    this.axis = given.axis ?? -1;
  }

  override build(inputShape: ShapeStructure): void {
    if (!Array.isArray(inputShape) || !Array.isArray(inputShape[0])) {
      throw new ValueError(
        `A \`Concatenate\` layer should be called on a list of at least 1 input. Received: input_shape=${JSON.stringify(inputShape)}`,
        { code: 'merge' },
      );
    }
    const shapes = inputShape as readonly KerasShape[];
    const first = shapes[0] as KerasShape;
    const at = this.#axisOf(first);
    const fits = (shape: KerasShape): boolean =>
      shape.length === first.length &&
      shape.every((dim, axis) => axis === at || dim === null || first[axis] === null || dim === first[axis]);
    if (!shapes.every(fits)) {
      throw new ValueError(
        `A \`Concatenate\` layer requires inputs with matching shapes except for the concatenation axis. Received: input_shape=${formatShapes(shapes)}`,
        {
          code: 'merge',
        },
      );
    }
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return this.merge(inputs as readonly Tensor[]);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return ops.concatenate(inputs, { axis: this.axis });
  }

  #axisOf(shape: KerasShape): number {
    return this.axis < 0 ? this.axis + shape.length : this.axis;
  }

  override computeOutputShape(inputShape: ShapeStructure): KerasShape {
    const shapes = inputShape as readonly KerasShape[];
    const first = shapes[0] as KerasShape;
    const at = this.#axisOf(first);
    const total = shapes.map((shape) => shape[at] ?? null).reduce((sum, dim) => (sum === null || dim === null ? null : sum + dim));
    return first.map((dim, axis) => (axis === at ? total : dim));
  }

  override computeMask(inputs: unknown, mask: unknown): unknown {
    if (!Array.isArray(mask) || mask.every((item) => item === null || item === undefined)) return undefined;
    const tensors = inputs as readonly Tensor[];
    const masks = tensors.map((tensor, index) => {
      const own = mask[index] as Tensor | null | undefined;
      if (!own) return ops.onesLike(tensor, { dtype: 'bool' });
      return own.shape.length < tensor.shape.length
        ? ops.logicalOr(ops.expandDims(own, -1), ops.zerosLike(tensor, { dtype: 'bool' }))
        : own;
    });
    return ops.any(ops.concatenate(masks, { axis: this.axis }), { axis: -1 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
