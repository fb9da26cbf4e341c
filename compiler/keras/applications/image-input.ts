// What all image classifiers of `keras.applications` share: arguments, the input's shape, the top.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { ActivationLike } from '../activations/index.ts';
import { Input } from '../engine/input-layer.ts';
import type { KerasShape, KerasTensor } from '../engine/keras-tensor.ts';
import { getSourceInputs } from '../engine/source-inputs.ts';
import { Dense, type DenseOptions, GlobalAveragePooling2D, GlobalMaxPooling2D } from '../layers/index.ts';

/** What all applications take; `weights` is the other argument. */
export interface ApplicationOptions {
  /** Whether the classifier stands on top. Default true. */
  readonly includeTop?: boolean;
  /** A symbolic tensor to build on, in place of a new Input. */
  readonly inputTensor?: KerasTensor;
  /** Height, width, channels; null for a size that may vary. */
  readonly inputShape?: KerasShape;
  /** What follows the last map where there is no top. */
  readonly pooling?: 'avg' | 'max' | null;
  /** How many classes the top tells apart. Default 1000. */
  readonly classes?: number;
  /** Of the top; null for logits. Default softmax. */
  readonly classifierActivation?: ActivationLike;
  /** Of the model. */
  readonly name?: string;
}

export interface InputDemands {
  readonly defaultSize: number;
  readonly minSize: number;
}

/** The tensor to start from. Checks the shape as Keras does. */
export function imageInput(options: ApplicationOptions, demands: InputDemands): KerasTensor {
  const shape = inputShapeOf(options, demands);
  return options.inputTensor ?? Input({ shape });
}

/** The shape of the images without the batch: as given, or the usual one. */
export function inputShapeOf({ inputShape, includeTop = true }: ApplicationOptions, { defaultSize, minSize }: InputDemands): KerasShape {
  if (!inputShape) return includeTop ? [defaultSize, defaultSize, 3] : [null, null, 3];
  if (inputShape.length !== 3) {
    throw new ValueError(`\`input_shape\` must be a tuple of three integers. Received: ${quote(inputShape)}`, {
      code: 'application-shape',
    });
  }
  requireSize(inputShape, minSize);
  if (includeTop && inputShape.includes(null)) {
    throw new ValueError(
      `If \`include_top\` is True, you should specify a static \`input_shape\`. Received: input_shape=${formatShape(inputShape)}`,
      { code: 'application-shape' },
    );
  }
  return inputShape;
}

/** Rows and columns are known to be enough, or open. */
export function requireSize(shape: KerasShape, minSize: number): void {
  if (!shape.slice(0, 2).some((dim) => dim !== null && dim < minSize)) return;
  throw new ValueError(`Input size must be at least ${minSize}x${minSize}; Received: input_shape=${formatShape(shape)}`, {
    code: 'application-shape',
  });
}

/** The names that a model gives its pooling layers. */
export interface PoolingNames {
  readonly average?: string;
  readonly maximum?: string;
}

/** Global pooling as `pooling` asks, for a model without top. */
export function poolOutputs(x: KerasTensor, pooling: ApplicationOptions['pooling'], names: PoolingNames = {}): KerasTensor {
  if (pooling === 'avg') return new GlobalAveragePooling2D({ name: names.average })(x);
  return pooling === 'max' ? new GlobalMaxPooling2D({ name: names.maximum })(x) : x;
}

/** The last layer of a classifier. */
export function classify(x: KerasTensor, options: ApplicationOptions, initializers: DenseOptions = {}): KerasTensor {
  const { classes = 1000, classifierActivation = 'softmax' } = options;
  return new Dense(classes, { activation: classifierActivation, name: 'predictions', ...initializers })(x);
}

/** The Inputs that a tensor comes from: what a model on top of it starts with. */
export function sourceInputs(tensor: KerasTensor): KerasTensor | KerasTensor[] {
  const inputs = getSourceInputs(tensor);
  return inputs.length === 1 ? (inputs[0] as KerasTensor) : inputs;
}

/** Padding that makes a strided convolution without padding meet the same pixels as TensorFlow's `same`. */
export function correctPad(x: KerasTensor, kernelSize: number): readonly [readonly [number, number], readonly [number, number]] {
  const half = Math.floor(kernelSize / 2);
  const before = (axis: number): number => {
    const size = x.shape[axis];
    return half - (size === null || size === undefined ? 1 : 1 - (size % 2));
  };
  return [
    [before(1), half],
    [before(2), half],
  ];
}

/** The multiple of 8 nearest to `filters`, at least 8 and at most a tenth below it. */
export function roundToEight(filters: number): number {
  const rounded = Math.max(8, Math.floor(Math.trunc(filters + 4) / 8) * 8);
  return rounded < 0.9 * filters ? rounded + 8 : rounded;
}
