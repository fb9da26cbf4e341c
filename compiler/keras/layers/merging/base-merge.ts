// Layers of several inputs: elementwise on shapes that broadcast, with the masks of all inputs taken into account.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions, type ShapeStructure } from '../../engine/layer.ts';
import { getKerasMask, setKerasMask } from '../../engine/mask.ts';
import * as ops from '../../ops/index.ts';

const fail = (message: string): never => {
  throw new ValueError(message, { code: 'merge' });
};

/** A list of shapes as Keras prints it. */
export const formatShapes = (shapes: readonly KerasShape[]): string => `[${shapes.map(formatShape).join(', ')}]`;

/** The shapes of a list of inputs; refuses a single input. */
export function requireShapes(inputShape: ShapeStructure): readonly KerasShape[] {
  if (!Array.isArray(inputShape) || !Array.isArray(inputShape[0])) {
    return fail(
      `A merge layer should be called on a list of inputs. Received: input_shape=${formatShape(inputShape as KerasShape)} (not a list of shapes)`,
    );
  }
  return inputShape as readonly KerasShape[];
}

/** Broadcasts two shapes without batch. */
function mergeShapes(a: KerasShape, b: KerasShape): KerasShape {
  if (a.length < b.length) return mergeShapes(b, a);
  const first = a.length - b.length;
  return a.map((dim, axis) => {
    const other = axis < first ? 1 : (b[axis - first] as number | null);
    if (dim === 1) return other;
    if (other === 1) return dim;
    if (dim === null || other === null) return null;
    return dim === other ? dim : fail(`Inputs have incompatible shapes. Received shapes ${formatShape(a)} and ${formatShape(b)}`);
  });
}

export abstract class Merge extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options);
    this.supportsMasking = true;
  }

  /** Combines the inputs, which have equal ranks. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override build(inputShape: ShapeStructure): void {
    const shapes = requireShapes(inputShape);
    const batches = new Set(shapes.map((shape) => shape[0]).filter((dim) => dim !== null));
    if (batches.size > 1) fail(`Cannot merge tensors with different batch sizes. Received tensors with shapes ${formatShapes(shapes)}`);
    this.computeOutputShape(inputShape);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    if (!Array.isArray(inputs))
      return fail(
        `A merge layer should be called on a list of inputs. Received a tensor of shape ${formatShape((inputs as Tensor).shape)}`,
      );
    const tensors = inputs as readonly Tensor[];
    const rank = Math.max(...tensors.map((tensor) => tensor.rank));
    // Missing axes are put after the batch.
    return this.merge(tensors.map((tensor) => (tensor.rank === rank ? tensor : widen(tensor, rank))));
  }

  override computeOutputShape(inputShape: ShapeStructure): KerasShape {
    const shapes = requireShapes(inputShape);
    const merged = shapes.map((shape): KerasShape => shape.slice(1)).reduce(mergeShapes);
    const batches = new Set(shapes.map((shape) => shape[0] ?? null).filter((dim) => dim !== null));
    return [batches.size === 1 ? ([...batches][0] as number) : null, ...merged];
  }

  override computeMask(_inputs: unknown, mask: unknown): unknown {
    if (!Array.isArray(mask) || mask.some((item) => item === null || item === undefined)) return undefined;
    return (mask as readonly Tensor[]).reduce((merged, item) => ops.logicalOr(merged, item));
  }

  /** Folds the inputs with an op; where one input is masked, the other one counts alone. */
  protected fold(combine: (x: Tensor, y: Tensor) => Tensor, inputs: readonly Tensor[]): Tensor {
    const [first, ...rest] = inputs as readonly [Tensor, ...Tensor[]];
    let output = first;
    let outputMask = wideMaskOf(first);
    for (const input of rest) {
      const mask = wideMaskOf(input);
      const next = mask ? (ops.where(mask, input, output) as Tensor) : input;
      if (outputMask) output = ops.where(outputMask, output, next) as Tensor;
      outputMask = mask && outputMask ? ops.logicalOr(outputMask, mask) : undefined;
      output = combine(output, next);
    }
    if (outputMask) setKerasMask(output, ops.any(outputMask, { axis: -1 }));
    return output;
  }
}

/** The mask that a tensor carries, in the tensor's shape. */
export function wideMaskOf(tensor: Tensor): Tensor | undefined {
  const mask = getKerasMask(tensor) as Tensor | undefined;
  return mask && ops.broadcastTo(ops.expandDims(mask, -1), tensor.shape);
}

const widen = (tensor: Tensor, rank: number): Tensor =>
  ops.reshape(tensor, [tensor.shape[0] as number, ...new Array<number>(rank - tensor.rank).fill(1), ...tensor.shape.slice(1)]);
