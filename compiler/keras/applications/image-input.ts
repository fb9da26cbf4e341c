// What all image classifiers of `keras.applications` share: arguments, the input's shape, the top.
import { formatShape, quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import { Input } from '../engine/input-layer.ts';
import type { KerasShape, KerasTensor } from '../engine/keras-tensor.ts';
import { Dense, GlobalAveragePooling2D, GlobalMaxPooling2D } from '../layers/index.ts';

export interface ApplicationOptions {
  /** Whether the classifier stands on top. Default true. */
  readonly includeTop?: boolean;
  /** Must be null: trained weights are loaded from a file, with `await model.loadWeights(path)`. */
  readonly weights?: string | null;
  /** A symbolic tensor to build on, in place of a new Input. */
  readonly inputTensor?: KerasTensor;
  /** Height, width, channels. */
  readonly inputShape?: KerasShape;
  /** What follows the last map where there is no top. */
  readonly pooling?: 'avg' | 'max' | null;
  readonly classes?: number;
  readonly classifierActivation?: string | null;
  readonly name?: string;
}

export interface InputDemands {
  readonly defaultSize: number;
  readonly minSize: number;
}

/** The tensor to start from. Checks the arguments as Keras does. */
export function imageInput(options: ApplicationOptions, demands: InputDemands): KerasTensor {
  refuseWeights(options.weights === undefined ? 'imagenet' : options.weights);
  if (options.inputTensor) return options.inputTensor;
  return Input({ shape: inputShapeOf(options, demands) });
}

function refuseWeights(weights: string | null): void {
  if (weights === null) return;
  if (weights !== 'imagenet') {
    throw new ValueError(
      "The `weights` argument should be either `None` (random initialization), 'imagenet' (pre-training on ImageNet), " +
        `or the path to the weights file to be loaded.  Received: weights=${weights}`,
      { code: 'application-weights', cure: 'To load a file, pass weights: null and then call await model.loadWeights(path).' },
    );
  }
  throw new UnsupportedError('The weights of ImageNet are not part of kerasc, and it downloads nothing.', {
    code: 'application-weights',
    cure: 'Pass weights: null, then await model.loadWeights(path) with a file that Keras saved.',
  });
}

function inputShapeOf({ inputShape, includeTop = true }: ApplicationOptions, { defaultSize, minSize }: InputDemands): KerasShape {
  if (!inputShape) return includeTop ? [defaultSize, defaultSize, 3] : [null, null, 3];
  if (inputShape.length !== 3)
    throw new ValueError(`\`input_shape\` must be a tuple of three integers. Received: ${quote(inputShape)}`, {
      code: 'application-shape',
    });
  if (inputShape.slice(0, 2).some((dim) => dim !== null && dim < minSize)) {
    throw new ValueError(`Input size must be at least ${minSize}x${minSize}; Received: input_shape=${formatShape(inputShape)}`, {
      code: 'application-shape',
    });
  }
  if (includeTop && inputShape.includes(null)) {
    throw new ValueError(
      `If \`include_top\` is True, you should specify a static \`input_shape\`. Received: input_shape=${formatShape(inputShape)}`,
      {
        code: 'application-shape',
      },
    );
  }
  return inputShape;
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
export function classify(x: KerasTensor, options: ApplicationOptions, kernelInitializer?: object): KerasTensor {
  const { classes = 1000, classifierActivation = 'softmax' } = options;
  return new Dense(classes, {
    activation: classifierActivation,
    name: 'predictions',
    ...(kernelInitializer ? { kernelInitializer } : {}),
  } as ConstructorParameters<typeof Dense>[1])(x);
}

/** The Input layers that a tensor comes from: what a model on top of it starts with. */
export function sourceInputs(tensor: KerasTensor): KerasTensor {
  const node = tensor.history?.node;
  return !node || node.isInput ? tensor : sourceInputs(node.inputs[0] as KerasTensor);
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
