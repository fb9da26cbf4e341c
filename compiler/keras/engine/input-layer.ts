// The entry of a model: a layer without computation whose output is a placeholder.
import { quote, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import { type KerasDType, type KerasShape, KerasTensor, numericDType } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { Node } from './node.ts';

export interface InputOptions {
  /** Without the batch dimension; null for a dimension that may vary. */
  readonly shape?: KerasShape | undefined;
  readonly batchSize?: number | null | undefined;
  /** With the batch dimension, in place of `shape` and `batchSize`. */
  readonly batchShape?: KerasShape | undefined;
  readonly dtype?: KerasDType | undefined;
  readonly name?: string | undefined;
  /** Whether the model may be called with null here. */
  readonly optional?: boolean | undefined;
  /** An existing symbolic tensor to start from. */
  readonly tensor?: KerasTensor | undefined;
}

/** The entry of a model: a layer without computation whose output is a placeholder. `Input` makes one and returns that output. */
export class InputLayer extends Layer {
  readonly batchShape: KerasShape;
  readonly optional: boolean;
  readonly tensor: KerasTensor;

  constructor(options: InputOptions & { readonly inputTensor?: KerasTensor | undefined }) {
    super({ name: options.name });
    this.optional = options.optional ?? false;
    this.tensor =
      options.tensor ??
      options.inputTensor ??
      new KerasTensor(batchShapeOf(options), { dtype: options.dtype ?? 'float32', name: this.name });
    this.batchShape = this.tensor.shape;
    new Node(this, [], {}, this.tensor);
    this.built = true;
  }

  override get dtype(): DType {
    return numericDType(this.tensor);
  }

  override getConfig(): Record<string, unknown> {
    return {
      batchShape: this.batchShape,
      dtype: this.tensor.dtype,
      sparse: false,
      ragged: false,
      name: this.name,
      optional: this.optional,
    };
  }
}

function batchShapeOf({ shape, batchSize, batchShape }: InputOptions): KerasShape {
  if (shape && batchShape)
    throw new ValueError('You cannot pass both `shape` and `batch_shape` at the same time.', { code: 'input-shape' });
  if (batchSize !== undefined && batchShape) {
    throw new ValueError('You cannot pass both `batch_size` and `batch_shape` at the same time.', { code: 'input-shape' });
  }
  if (batchShape) return checkShape(batchShape);
  if (shape === undefined || shape === null) throw new ValueError('You must pass a `shape` argument.', { code: 'input-shape' });
  return [batchSize ?? null, ...checkShape(shape)];
}

function checkShape(shape: unknown): KerasShape {
  if (!Array.isArray(shape)) throw new ValueError(`Cannot convert '${String(shape)}' to a shape.`, { code: 'input-shape' });
  for (const dim of shape as readonly unknown[]) {
    if (dim !== null && !(typeof dim === 'number' && Number.isInteger(dim) && dim >= 0)) {
      throw new ValueError(`Cannot convert '${quote(shape)}' to a shape. Found invalid entry ${quote(dim)}.`, { code: 'input-shape' });
    }
  }
  return shape as KerasShape;
}

/**
 * A symbolic tensor to start a model from.
 *
 * @example const x = Input({ shape: [28, 28, 1] });
 */
export function Input(options: InputOptions = {}): KerasTensor {
  return new InputLayer(options).tensor;
}
