// The dot product of two inputs along an axis of each, sample by sample.
import { formatShape, IndexError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { LayerOptions, ShapeStructure } from '../../engine/layer.ts';
import { contract } from '../../ops/contraction.ts';
import { promoteAll } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';
import { Merge } from './base-merge.ts';

export interface DotOptions extends LayerOptions {
  /** Scales the inputs to length 1 along the axes first: the cosine. */
  readonly normalize?: boolean;
}

/**
 * (batch, ..., n, ...) and (batch, ..., n, ...) -> (batch, ...the other axes).
 *
 * @example new layers.Dot(1)([a, b])
 */
export class Dot extends Merge {
  static override readonly positional: readonly string[] = ['axes'];

  readonly axes: number | readonly number[];
  readonly normalize: boolean;

  constructor(axes: number | readonly number[], options: DotOptions = {}) {
    super(options);
    if (!Number.isInteger(axes) && !Array.isArray(axes)) {
      throw new TypeError(`Invalid type for argument \`axes\`: it should be a list or an int. Received: axes=${quote(axes)}`);
    }
    if (Array.isArray(axes) && (axes.length !== 2 || !axes.every(Number.isInteger))) {
      throw new ValueError(
        `Invalid format for argument \`axes\`: it should contain two elements, which should be integers. Received: axes=${quote(axes)}`,
        { code: 'arguments' },
      );
    }
    this.axes = axes;
    this.normalize = options.normalize ?? false;
  }

  #axesOf(first: KerasShape, second: KerasShape): readonly [number, number] {
    const [a, b] = (typeof this.axes === 'number' ? [this.axes, this.axes] : this.axes) as readonly [number, number];
    return [a < 0 ? a + first.length : a, b < 0 ? b + second.length : b];
  }

  override build(inputShape: ShapeStructure): void {
    if (!Array.isArray(inputShape) || !Array.isArray(inputShape[0]) || inputShape.length !== 2) {
      throw new ValueError(`A \`Dot\` layer should be called on a list of 2 inputs. Received: input_shape=${JSON.stringify(inputShape)}`, {
        code: 'merge',
      });
    }
    const [first, second] = inputShape as unknown as readonly [KerasShape, KerasShape];
    const [a, b] = this.#axesOf(first, second);
    if (a >= first.length || b >= second.length || a < 0 || b < 0) {
      throw new IndexError(
        `The axes of \`Dot\` lie outside its inputs. Received: axes=${quote(this.axes)}, input shapes ${formatShape(first)}, ${formatShape(second)}`,
        { code: 'axis' },
      );
    }
    if (first[a] !== second[b]) {
      throw new ValueError(
        `Incompatible input shapes: axis values ${first[a]} (at axis ${a}) != ${second[b]} (at axis ${b}). Full input shapes: ${formatShape(first)}, ${formatShape(second)}`,
        { code: 'merge' },
      );
    }
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return this.merge(inputs as readonly Tensor[]);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const [first, second] = promoteAll(inputs) as [Tensor, Tensor];
    const [a, b] = this.#axesOf(first.shape, second.shape);
    if (a === 0 || b === 0) throw new ValueError('Cannot perform batch_dot over axis 0, which is the batch.', { code: 'axis' });
    const unit = (tensor: Tensor, axis: number): Tensor => (this.normalize ? ops.normalize(tensor, { axis }) : tensor);
    const product = contract(unit(first, a), unit(second, b), { lhsContracting: [a], rhsContracting: [b], lhsBatch: [0], rhsBatch: [0] });
    return product.rank === 1 ? ops.expandDims(product, 1) : product;
  }

  override computeOutputShape(inputShape: ShapeStructure): KerasShape {
    const [first, second] = inputShape as unknown as readonly [KerasShape, KerasShape];
    const [a, b] = this.#axesOf(first, second);
    const kept = [...first.filter((_, axis) => axis !== a), ...second.filter((_, axis) => axis !== 0 && axis !== b)];
    return kept.length === 1 ? [...kept, 1] : kept;
  }

  override computeMask(): undefined {
    return undefined;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axes: this.axes, normalize: this.normalize };
  }
}
