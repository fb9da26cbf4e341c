// EfficientNet B0 to B7: inverted residuals with squeeze and excitation, scaled in width and depth together.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { VarianceScaling } from '../initializers/index.ts';
import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  DepthwiseConv2D,
  Dropout,
  GlobalAveragePooling2D,
  Multiply,
  Normalization,
  Rescaling,
  Reshape,
  ZeroPadding2D,
} from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, correctPad, imageInput, poolOutputs, roundToEight, sourceInputs } from './image-input.ts';

interface Scaling {
  readonly width: number;
  readonly depth: number;
  readonly size: number;
  readonly dropout: number;
}

const convInitializer = (): VarianceScaling => new VarianceScaling({ scale: 2, mode: 'fan_out', distribution: 'truncated_normal' });
const denseInitializer = (): VarianceScaling => new VarianceScaling({ scale: 1 / 3, mode: 'fan_out', distribution: 'uniform' });

/** Kernel size, repeats, filters in and out, expansion, stride of each stage. */
const STAGES = [
  [3, 1, 32, 16, 1, 1],
  [3, 2, 16, 24, 6, 2],
  [5, 2, 24, 40, 6, 2],
  [3, 3, 40, 80, 6, 2],
  [5, 3, 80, 112, 6, 1],
  [5, 4, 112, 192, 6, 2],
  [3, 1, 192, 320, 6, 1],
] as const;

const DROP_CONNECT = 0.2;
const SQUEEZE = 0.25;

const variant = (name: string, width: number, depth: number, size: number, dropout: number): Application =>
  application((options) => efficientNet(name, { width, depth, size, dropout }, options));

/**
 * EfficientNetB0, 5.3 million parameters (Tan and Le, https://arxiv.org/abs/1905.11946).
 * Images are (batch, 224, 224, 3) in [0, 255]; the model scales them itself.
 */
export const EfficientNetB0: Application = variant('efficientnetb0', 1, 1, 224, 0.2);
/** EfficientNetB1, 7.9 million parameters, for images of 240x240 pixels; otherwise as B0. */
export const EfficientNetB1: Application = variant('efficientnetb1', 1, 1.1, 240, 0.2);
/** EfficientNetB2, 9.2 million parameters, for images of 260x260 pixels; otherwise as B0. */
export const EfficientNetB2: Application = variant('efficientnetb2', 1.1, 1.2, 260, 0.3);
/** EfficientNetB3, 12.3 million parameters, for images of 300x300 pixels; otherwise as B0. */
export const EfficientNetB3: Application = variant('efficientnetb3', 1.2, 1.4, 300, 0.3);
/** EfficientNetB4, 19.5 million parameters, for images of 380x380 pixels; otherwise as B0. */
export const EfficientNetB4: Application = variant('efficientnetb4', 1.4, 1.8, 380, 0.4);
/** EfficientNetB5, 30.6 million parameters, for images of 456x456 pixels; otherwise as B0. */
export const EfficientNetB5: Application = variant('efficientnetb5', 1.6, 2.2, 456, 0.4);
/** EfficientNetB6, 43.3 million parameters, for images of 528x528 pixels; otherwise as B0. */
export const EfficientNetB6: Application = variant('efficientnetb6', 1.8, 2.6, 528, 0.5);
/** EfficientNetB7, 66.7 million parameters, for images of 600x600 pixels; otherwise as B0. */
export const EfficientNetB7: Application = variant('efficientnetb7', 2, 3.1, 600, 0.5);

function efficientNet(name: string, scaling: Scaling, options: ApplicationOptions): Model {
  const { includeTop = true, pooling = null } = options;
  const input = imageInput(options, { defaultSize: scaling.size, minSize: 32 });
  const filtersOf = (filters: number): number => roundToEight(filters * scaling.width);
  let x = new Rescaling(1 / 255)(input);
  x = new Normalization({ axis: 3 })(x);
  x = new ZeroPadding2D({ padding: correctPad(x, 3), name: 'stem_conv_pad' })(x);
  x = new Conv2D(filtersOf(32), 3, { strides: 2, useBias: false, kernelInitializer: convInitializer(), name: 'stem_conv' })(x);
  x = activate(normalize(x, 'stem_bn'), 'stem_activation');
  for (const block of listBlocks(scaling, filtersOf)) x = invertedResidual(x, block);
  x = new Conv2D(filtersOf(1280), 1, { padding: 'same', useBias: false, kernelInitializer: convInitializer(), name: 'top_conv' })(x);
  x = activate(normalize(x, 'top_bn'), 'top_activation');
  const output = includeTop ? top(x, scaling.dropout, options) : poolOutputs(x, pooling, { average: 'avg_pool', maximum: 'max_pool' });
  return new Model({ inputs: sourceInputs(input), outputs: output, name: options.name ?? name });
}

function top(x: KerasTensor, dropout: number, options: ApplicationOptions): KerasTensor {
  const pooled = new GlobalAveragePooling2D({ name: 'avg_pool' })(x);
  return classify(new Dropout(dropout, { name: 'top_dropout' })(pooled), options, { kernelInitializer: denseInitializer() });
}

const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('swish', { name })(x);

interface Block {
  readonly name: string;
  readonly kernelSize: number;
  readonly filtersIn: number;
  readonly filtersOut: number;
  readonly expansion: number;
  readonly stride: number;
  readonly dropRate: number;
}

function listBlocks(scaling: Scaling, filtersOf: (filters: number) => number): Block[] {
  const repeatsOf = (repeats: number): number => Math.ceil(scaling.depth * repeats);
  const total = STAGES.reduce((sum, [, repeats]) => sum + repeatsOf(repeats), 0);
  const blocks: Block[] = [];
  STAGES.forEach(([kernelSize, repeats, filtersIn, filtersOut, expansion, stride], stage) => {
    for (let repeat = 0; repeat < repeatsOf(repeats); repeat++) {
      blocks.push({
        name: `block${stage + 1}${String.fromCharCode(97 + repeat)}_`,
        kernelSize,
        filtersIn: filtersOf(repeat === 0 ? filtersIn : filtersOut),
        filtersOut: filtersOf(filtersOut),
        expansion,
        stride: repeat === 0 ? stride : 1,
        dropRate: (DROP_CONNECT * blocks.length) / total,
      });
    }
  });
  return blocks;
}

/** 1x1 up, depthwise, squeeze and excitation, 1x1 down; around it the identity where shapes allow. */
function invertedResidual(inputs: KerasTensor, block: Block): KerasTensor {
  const { name, kernelSize, filtersIn, filtersOut, expansion, stride, dropRate } = block;
  const filters = filtersIn * expansion;
  const pointwise = { padding: 'same', useBias: false, kernelInitializer: convInitializer() } as const;
  let x = inputs;
  if (expansion !== 1) {
    x = new Conv2D(filters, 1, { ...pointwise, name: `${name}expand_conv` })(x);
    x = activate(normalize(x, `${name}expand_bn`), `${name}expand_activation`);
  }
  if (stride === 2) x = new ZeroPadding2D({ padding: correctPad(x, kernelSize), name: `${name}dwconv_pad` })(x);
  const padding = stride === 2 ? 'valid' : 'same';
  x = new DepthwiseConv2D(kernelSize, {
    strides: stride,
    padding,
    useBias: false,
    depthwiseInitializer: convInitializer(),
    name: `${name}dwconv`,
  })(x);
  x = activate(normalize(x, `${name}bn`), `${name}activation`);
  x = squeezeAndExcite(x, name, filters, Math.max(1, Math.trunc(filtersIn * SQUEEZE)));
  x = new Conv2D(filtersOut, 1, { ...pointwise, name: `${name}project_conv` })(x);
  x = normalize(x, `${name}project_bn`);
  if (stride !== 1 || filtersIn !== filtersOut) return x;
  if (dropRate > 0) x = new Dropout(dropRate, { noiseShape: [null, 1, 1, 1], name: `${name}drop` })(x);
  return new Add({ name: `${name}add` })([x, inputs]);
}

/** Scales channels by what a small network makes of their means. */
function squeezeAndExcite(x: KerasTensor, name: string, filters: number, squeezed: number): KerasTensor {
  const pointwise = { padding: 'same', kernelInitializer: convInitializer() } as const;
  let scale = new GlobalAveragePooling2D({ name: `${name}se_squeeze` })(x);
  scale = new Reshape([1, 1, filters], { name: `${name}se_reshape` })(scale);
  scale = new Conv2D(squeezed, 1, { ...pointwise, activation: 'swish', name: `${name}se_reduce` })(scale);
  scale = new Conv2D(filters, 1, { ...pointwise, activation: 'sigmoid', name: `${name}se_expand` })(scale);
  return new Multiply({ name: `${name}se_excite` })([x, scale]);
}
