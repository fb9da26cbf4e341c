// ConvNeXt Tiny to XLarge: convolutional networks with what made vision transformers strong.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Activation, Conv2D, Dense, GlobalAveragePooling2D, LayerNormalization, Normalization } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import * as ops from '../ops/index.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, imageInput, inputShapeOf, poolOutputs, sourceInputs } from './image-input.ts';
import { LayerScale } from './layer-scale.ts';

export interface ConvNeXtOptions extends ApplicationOptions {
  /** Whether the model itself normalizes pixels in [0, 255]. Default true. */
  readonly includePreprocessing?: boolean;
}

type ConvNeXt = Application<ConvNeXtOptions>;
const variant = (name: string, depths: readonly number[], width: number): ConvNeXt =>
  application((options) => convNeXt(name, depths, width, options));

/**
 * ConvNeXtTiny, 29 million parameters (Liu and others, https://arxiv.org/abs/2201.03545).
 * Images are (batch, 224, 224, 3) in [0, 255]; the model normalizes them itself.
 */
export const ConvNeXtTiny: ConvNeXt = variant('convnext_tiny', [3, 3, 9, 3], 96);
/** ConvNeXtSmall, 50 million parameters; otherwise as ConvNeXtTiny. */
export const ConvNeXtSmall: ConvNeXt = variant('convnext_small', [3, 3, 27, 3], 96);
/** ConvNeXtBase, 89 million parameters; otherwise as ConvNeXtTiny. */
export const ConvNeXtBase: ConvNeXt = variant('convnext_base', [3, 3, 27, 3], 128);
/** ConvNeXtLarge, 198 million parameters; otherwise as ConvNeXtTiny. */
export const ConvNeXtLarge: ConvNeXt = variant('convnext_large', [3, 3, 27, 3], 192);
/** ConvNeXtXLarge, 350 million parameters; otherwise as ConvNeXtTiny. */
export const ConvNeXtXLarge: ConvNeXt = variant('convnext_xlarge', [3, 3, 27, 3], 256);

const EPSILON = 1e-6;
const LAYER_SCALE = 1e-6;
/** Mean and standard deviation of ImageNet's pixels. */
const MEAN = [0.485 * 255, 0.456 * 255, 0.406 * 255];
const VARIANCE = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2];

function convNeXt(usualName: string, depths: readonly number[], width: number, options: ConvNeXtOptions): Model {
  const { includeTop = true, pooling = null, name = usualName } = options;
  const demands = { defaultSize: 224, minSize: 32 };
  const input = imageInput(options, demands);
  let x = input;
  if ((options.includePreprocessing ?? true) && inputShapeOf(options, demands)[2] === 3) {
    x = new Normalization({ mean: MEAN, variance: VARIANCE, name: `${name}_prestem_normalization` })(x);
  }
  const shrinkers = listShrinkers(name, width);
  depths.forEach((depth, stage) => {
    x = (shrinkers[stage] as Sequential)(x);
    for (let index = 0; index < depth; index++) x = block(x, width * 2 ** stage, `${name}_stage_${stage}_block_${index}`);
  });
  const output = includeTop ? top(x, name, options) : new LayerNormalization({ epsilon: EPSILON })(poolOutputs(x, pooling));
  return new Model({ inputs: sourceInputs(input), outputs: output, name });
}

/** What comes before each stage: the stem, then halvings. */
function listShrinkers(name: string, width: number): Sequential[] {
  const normalize = (place: string): LayerNormalization => new LayerNormalization({ epsilon: EPSILON, name: `${name}_${place}` });
  const stem = [new Conv2D(width, 4, { strides: 4, name: `${name}_stem_conv` }), normalize('stem_layernorm')];
  const halvings = [0, 1, 2].map((index) => {
    const halve = new Conv2D(width * 2 ** (index + 1), 2, { strides: 2, name: `${name}_downsampling_conv_${index}` });
    const layers = [normalize(`downsampling_layernorm_${index}`), halve];
    return new Sequential(layers, { name: `${name}_downsampling_block_${index}` });
  });
  return [new Sequential(stem, { name: `${name}_stem` }), ...halvings];
}

/** Depthwise 7x7, then a network of two layers on each pixel, added to the inputs. */
function block(inputs: KerasTensor, filters: number, name: string): KerasTensor {
  let x = new Conv2D(filters, 7, { padding: 'same', groups: filters, name: `${name}_depthwise_conv` })(inputs);
  x = new LayerNormalization({ epsilon: EPSILON, name: `${name}_layernorm` })(x);
  x = new Dense(4 * filters, { name: `${name}_pointwise_conv_1` })(x);
  x = new Activation('gelu', { name: `${name}_gelu` })(x);
  x = new Dense(filters, { name: `${name}_pointwise_conv_2` })(x);
  x = new LayerScale(LAYER_SCALE, filters, { name: `${name}_layer_scale` })(x);
  // Where other settings would drop whole branches while training.
  x = new Activation('linear', { name: `${name}_identity` })(x);
  return ops.add(inputs, x);
}

function top(x: KerasTensor, name: string, options: ConvNeXtOptions): KerasTensor {
  const { classes = 1000, classifierActivation = 'softmax' } = options;
  const pooled = new GlobalAveragePooling2D({ name: `${name}_head_gap` })(x);
  const normalized = new LayerNormalization({ epsilon: EPSILON, name: `${name}_head_layernorm` })(pooled);
  return new Dense(classes, { activation: classifierActivation, name: `${name}_head_dense` })(normalized);
}
