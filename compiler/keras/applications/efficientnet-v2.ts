// EfficientNetV2 B0 to B3, S, M and L: inverted residuals, fused with their depthwise convolution in the first stages.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Constant, VarianceScaling } from '../initializers/index.ts';
import { Activation, BatchNormalization, Dropout, GlobalAveragePooling2D, Normalization, Rescaling } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type Block, convolution, fusedResidual, invertedResidual } from './efficientnet-v2-blocks.ts';
import { type ApplicationOptions, classify, imageInput, inputShapeOf, poolOutputs, sourceInputs } from './image-input.ts';

export interface EfficientNetV2Options extends ApplicationOptions {
  /** Whether the model itself scales pixels in [0, 255]. Default true. */
  readonly includePreprocessing?: boolean;
}

/** Whether fused, repeats, filters in and out, expansion, part that squeezes, stride of a stage. */
type Stage = readonly [fused: boolean, repeats: number, filtersIn: number, filtersOut: number, expansion: number, squeeze: number, stride: number]; // biome-ignore format: one line

const STAGES_B: readonly Stage[] = [
  [true, 1, 32, 16, 1, 0, 1],
  [true, 2, 16, 32, 4, 0, 2],
  [true, 2, 32, 48, 4, 0, 2],
  [false, 3, 48, 96, 4, 0.25, 2],
  [false, 5, 96, 112, 6, 0.25, 1],
  [false, 8, 112, 192, 6, 0.25, 2],
];
const STAGES_S: readonly Stage[] = [
  [true, 2, 24, 24, 1, 0, 1],
  [true, 4, 24, 48, 4, 0, 2],
  [true, 4, 48, 64, 4, 0, 2],
  [false, 6, 64, 128, 4, 0.25, 2],
  [false, 9, 128, 160, 6, 0.25, 1],
  [false, 15, 160, 256, 6, 0.25, 2],
];
const STAGES_M: readonly Stage[] = [
  [true, 3, 24, 24, 1, 0, 1],
  [true, 5, 24, 48, 4, 0, 2],
  [true, 5, 48, 80, 4, 0, 2],
  [false, 7, 80, 160, 4, 0.25, 2],
  [false, 14, 160, 176, 6, 0.25, 1],
  [false, 18, 176, 304, 6, 0.25, 2],
  [false, 5, 304, 512, 6, 0.25, 1],
];
const STAGES_L: readonly Stage[] = [
  [true, 4, 32, 32, 1, 0, 1],
  [true, 7, 32, 64, 4, 0, 2],
  [true, 7, 64, 96, 4, 0, 2],
  [false, 10, 96, 192, 4, 0.25, 2],
  [false, 19, 192, 224, 6, 0.25, 1],
  [false, 25, 224, 384, 6, 0.25, 2],
  [false, 7, 384, 640, 6, 0.25, 1],
];

interface Scaling {
  readonly name: string;
  readonly stages: readonly Stage[];
  readonly width: number;
  readonly depth: number;
  readonly size: number;
}

type EfficientNetV2 = Application<EfficientNetV2Options>;
const variant = (name: string, stages: readonly Stage[], size: number, width = 1, depth = 1): EfficientNetV2 =>
  application((options) => efficientNetV2({ name, stages, width, depth, size }, options));

/**
 * EfficientNetV2B0, 7.2 million parameters (Tan and Le, https://arxiv.org/abs/2104.00298).
 * Images are (batch, 224, 224, 3) in [0, 255]; the model scales them itself.
 */
export const EfficientNetV2B0: EfficientNetV2 = variant('efficientnetv2-b0', STAGES_B, 224);
/** EfficientNetV2B1, 8.2 million parameters, for images of 240x240 pixels; otherwise as B0. */
export const EfficientNetV2B1: EfficientNetV2 = variant('efficientnetv2-b1', STAGES_B, 240, 1, 1.1);
/** EfficientNetV2B2, 10 million parameters, for images of 260x260 pixels; otherwise as B0. */
export const EfficientNetV2B2: EfficientNetV2 = variant('efficientnetv2-b2', STAGES_B, 260, 1.1, 1.2);
/** EfficientNetV2B3, 14 million parameters, for images of 300x300 pixels; otherwise as B0. */
export const EfficientNetV2B3: EfficientNetV2 = variant('efficientnetv2-b3', STAGES_B, 300, 1.2, 1.4);
/** EfficientNetV2S, 22 million parameters, for images of 384x384 pixels; otherwise as B0. */
export const EfficientNetV2S: EfficientNetV2 = variant('efficientnetv2-s', STAGES_S, 384);
/** EfficientNetV2M, 54 million parameters, for images of 480x480 pixels; otherwise as B0. */
export const EfficientNetV2M: EfficientNetV2 = variant('efficientnetv2-m', STAGES_M, 480);
/** EfficientNetV2L, 119 million parameters, for images of 480x480 pixels; otherwise as B0. */
export const EfficientNetV2L: EfficientNetV2 = variant('efficientnetv2-l', STAGES_L, 480);

const DROP_CONNECT = 0.2;

function efficientNetV2(scaling: Scaling, options: EfficientNetV2Options): Model {
  const { includeTop = true, pooling = null } = options;
  const demands = { defaultSize: scaling.size, minSize: 32 };
  const input = imageInput(options, demands);
  const name = options.name ?? scaling.name;
  const filtersOf = (filters: number): number => Math.max(8, Math.floor(Math.trunc(filters * scaling.width + 4) / 8) * 8);
  let x = options.includePreprocessing === false ? input : preprocess(input, name, inputShapeOf(options, demands)[2] ?? null);
  x = convolution(x, filtersOf(scaling.stages[0]?.[2] as number), { strides: 2, kernelSize: 3, name: 'stem_conv' });
  x = activate(normalize(x, 'stem_bn'), 'stem_activation');
  for (const { fused, block } of listBlocks(scaling, filtersOf)) x = fused ? fusedResidual(x, block) : invertedResidual(x, block);
  x = convolution(x, filtersOf(1280), { strides: 1, kernelSize: 1, name: 'top_conv' });
  x = activate(normalize(x, 'top_bn'), 'top_activation');
  const output = includeTop ? top(x, options) : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name });
}

/** The B variants (as their name says) normalize as their first version did, where there are three channels. */
function preprocess(input: KerasTensor, name: string, channels: number | null): KerasTensor {
  const isB = (name.split('-').at(-1) as string).startsWith('b');
  if (!isB || channels !== 3) return new Rescaling(1 / 128, { offset: -1 })(input);
  const x = new Rescaling(1 / 255)(input);
  return new Normalization({ axis: 3, mean: [0.485, 0.456, 0.406], variance: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2] })(x);
}

function listBlocks(scaling: Scaling, filtersOf: (filters: number) => number): { fused: boolean; block: Block }[] {
  // Keras takes the number of blocks before scaling here.
  const total = scaling.stages.reduce((sum, [, repeats]) => sum + repeats, 0);
  const blocks: { fused: boolean; block: Block }[] = [];
  scaling.stages.forEach(([fused, repeats, filtersIn, filtersOut, expansion, squeeze, stride], stage) => {
    for (let repeat = 0; repeat < Math.ceil(scaling.depth * repeats); repeat++) {
      const block = {
        name: `block${stage + 1}${String.fromCharCode(97 + repeat)}_`,
        filtersIn: filtersOf(repeat === 0 ? filtersIn : filtersOut),
        filtersOut: filtersOf(filtersOut),
        expansion,
        squeeze,
        stride: repeat === 0 ? stride : 1,
        dropRate: (DROP_CONNECT * blocks.length) / total,
      };
      blocks.push({ fused, block });
    }
  });
  return blocks;
}

function top(x: KerasTensor, options: EfficientNetV2Options): KerasTensor {
  const pooled = new GlobalAveragePooling2D({ name: 'avg_pool' })(x);
  const dropped = new Dropout(0.2, { name: 'top_dropout' })(pooled);
  const kernelInitializer = new VarianceScaling({ scale: 1 / 3, mode: 'fan_out', distribution: 'uniform' });
  return classify(dropped, options, { kernelInitializer, biasInitializer: new Constant(0) });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, momentum: 0.9, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('swish', { name })(x);
