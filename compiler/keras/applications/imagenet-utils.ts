// What goes before and after the models of `keras.applications`: pixels in, names of classes out.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, type KerasTensor } from '../engine/keras-tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';
import { type ImageNetClass, imageNetClasses } from './imagenet-classes.ts';

/** `caffe`: BGR with the means taken off; `tf`: to [-1, 1]; `torch`: to [0, 1], then by mean and deviation of each channel. */
export type PreprocessMode = 'caffe' | 'tf' | 'torch';

export interface PreprocessOptions {
  /** Where the channels are. Default channels_last. */
  readonly dataFormat?: 'channels_last' | 'channels_first' | null;
}

export interface PreprocessModeOptions extends PreprocessOptions {
  /** Default caffe. */
  readonly mode?: PreprocessMode;
}

/** Brings pixels to what a model was trained on; a symbolic tensor makes it part of the graph. */
export interface Preprocess<O extends PreprocessOptions = PreprocessOptions> {
  (x: TensorLike, options?: O): Tensor;
  (x: KerasTensor, options?: O): KerasTensor;
}

const MEANS = { caffe: [103.939, 116.779, 123.68], torch: [0.485, 0.456, 0.406] } as const;
const TORCH_DEVIATIONS = [0.229, 0.224, 0.225];

/**
 * Prepares images, (height, width, channels) or with a batch before it, of pixels in [0, 255].
 *
 * @example const x = applications.imagenetUtils.preprocessInput(image, { mode: 'tf' });
 */
export const preprocessInput = ((x: TensorLike | KerasTensor, options: PreprocessModeOptions = {}) => {
  const { dataFormat = 'channels_last', mode = 'caffe' } = options;
  if (mode !== 'caffe' && mode !== 'tf' && mode !== 'torch') {
    throw new ValueError(`Expected mode to be one of \`caffe\`, \`tf\` or \`torch\`. Received: mode=${String(mode)}`, {
      code: 'arguments',
    });
  }
  if (dataFormat !== null && dataFormat !== 'channels_last' && dataFormat !== 'channels_first') {
    throw new ValueError(
      `Expected data_format to be one of \`channels_first\` or \`channels_last\`. Received: data_format=${String(dataFormat)}`,
      { code: 'arguments' },
    );
  }
  // Ops take symbolic tensors as they take others; their types tell the two apart, this function does not need to.
  const image = (isKerasTensor(x) ? x : toTensor(x)) as Tensor;
  if (mode === 'tf') return ops.subtract(ops.divide(image, 127.5), 1);
  const axis = dataFormat === 'channels_first' ? image.shape.length - 3 : image.shape.length - 1;
  const perChannel = (values: readonly number[]): Tensor =>
    ops.reshape(
      values,
      image.shape.map((_, at) => (at === axis ? values.length : 1)),
    );
  if (mode === 'caffe') return ops.subtract(ops.flip(image, { axis }), perChannel(MEANS.caffe));
  return ops.divide(ops.subtract(ops.divide(image, 255), perChannel(MEANS.torch)), perChannel(TORCH_DEVIATIONS));
}) as Preprocess<PreprocessModeOptions>;

const inMode = (mode: PreprocessMode): Preprocess =>
  ((x: TensorLike, { dataFormat = null }: PreprocessOptions = {}) => preprocessInput(x, { dataFormat, mode })) as Preprocess;

/** Scales pixels in [0, 255] to [-1, 1]. */
export const preprocessTf: Preprocess = inMode('tf');
/** Scales pixels to [0, 1], then takes off the mean of each channel and divides by its deviation. */
export const preprocessTorch: Preprocess = inMode('torch');
/** Turns RGB into BGR and takes off the mean of each channel. */
export const preprocessCaffe: Preprocess = inMode('caffe');
/** Returns its argument: the model itself prepares its images. */
export const preprocessNothing = ((x: TensorLike | KerasTensor) => x) as <T extends TensorLike | KerasTensor>(
  x: T,
  options?: PreprocessOptions,
) => T;

/** A guess: the WordNet id of the class, its name, its score. */
export type Prediction = readonly [id: string, name: string, score: number];

/**
 * The best guesses for each image, the best first.
 *
 * @param predictions of a classifier of ImageNet: (batch, 1000)
 * @example applications.resnet50.decodePredictions(model.predict(x), { top: 3 });
 */
export function decodePredictions(predictions: TensorLike, { top = 5 }: { readonly top?: number } = {}): Prediction[][] {
  const { shape, data } = toTensor(predictions).value;
  if (shape.length !== 2 || shape[1] !== 1000) {
    throw new ValueError(
      '`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)). ' +
        `Received array with shape: ${formatShape(shape)}`,
      { code: 'decode-predictions' },
    );
  }
  const classes = imageNetClasses();
  const scores = Array.from(data as ArrayLike<number | bigint>, Number);
  return Array.from({ length: shape[0] as number }, (_, row) =>
    scores
      .slice(row * 1000, (row + 1) * 1000)
      .map((score, index): Prediction => [...(classes[index] as ImageNetClass), score])
      .sort((a, b) => b[2] - a[2])
      .slice(0, top),
  );
}
