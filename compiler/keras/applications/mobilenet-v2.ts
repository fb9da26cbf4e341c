// MobileNetV2: inverted residuals and linear bottlenecks.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { Add, BatchNormalization, Conv2D, DepthwiseConv2D, GlobalAveragePooling2D, ReLU, ZeroPadding2D } from '../layers/index.ts';
import { Model } from '../models/model.ts';
import { type Application, application } from './application.ts';
import { type ApplicationOptions, classify, correctPad, imageInput, poolOutputs, roundToEight, sourceInputs } from './image-input.ts';

export interface MobileNetV2Options extends ApplicationOptions {
  /** Width of the network. Default 1. */
  readonly alpha?: number;
}

/** Filters, stride, expansion of each block. */
const BLOCKS = [
  [16, 1, 1], [24, 2, 6], [24, 1, 6], [32, 2, 6], [32, 1, 6], [32, 1, 6], [64, 2, 6], [64, 1, 6], [64, 1, 6],
  [64, 1, 6], [96, 1, 6], [96, 1, 6], [96, 1, 6], [160, 2, 6], [160, 1, 6], [160, 1, 6], [320, 1, 6],
] as const; // biome-ignore format: one list

const USUAL_SIZES = [96, 128, 160, 192, 224];

/**
 * MobileNetV2, 3.5 million parameters (Sandler and others, https://arxiv.org/abs/1801.04381).
 * Images are (batch, 224, 224, 3), prepared by `mobilenetV2.preprocessInput`.
 */
export const MobileNetV2: Application<MobileNetV2Options> = application(mobileNetV2);

function mobileNetV2(options: MobileNetV2Options): Model {
  const { alpha = 1, includeTop = true, pooling = null } = options;
  const [rows, columns] = options.inputTensor?.shape.slice(1) ?? options.inputShape ?? [];
  const defaultSize = rows === columns && typeof rows === 'number' && USUAL_SIZES.includes(rows) ? rows : 224;
  const input = imageInput(options, { defaultSize, minSize: 32 });
  let x = normalize(
    new Conv2D(roundToEight(32 * alpha), 3, { strides: 2, padding: 'same', useBias: false, name: 'Conv1' })(input),
    'bn_Conv1',
    'Conv1_relu',
  );
  BLOCKS.forEach(([filters, stride, expansion], index) => {
    x = invertedResidual(x, { filters: roundToEight(Math.trunc(filters * alpha)), stride, expansion, index });
  });
  const last = alpha > 1 ? roundToEight(1280 * alpha) : 1280;
  x = normalize(new Conv2D(last, 1, { useBias: false, name: 'Conv_1' })(x), 'Conv_1_bn', 'out_relu');
  const output = includeTop ? classify(new GlobalAveragePooling2D()(x), options) : poolOutputs(x, pooling);
  return new Model({
    inputs: sourceInputs(input),
    outputs: output,
    name: options.name ?? `mobilenetv2_${alpha.toFixed(2)}_${input.shape[1] ?? 'None'}`,
  });
}

function normalize(x: KerasTensor, name: string, activation?: string): KerasTensor {
  const normalized = new BatchNormalization({ epsilon: 1e-3, momentum: 0.999, name })(x);
  return activation === undefined ? normalized : new ReLU({ maxValue: 6, name: activation })(normalized);
}

interface Block {
  readonly filters: number;
  readonly stride: number;
  readonly expansion: number;
  readonly index: number;
}

/** 1x1 up, depthwise 3x3, 1x1 down; around it the identity where shapes allow. */
function invertedResidual(inputs: KerasTensor, { filters, stride, expansion, index }: Block): KerasTensor {
  const channels = inputs.shape.at(-1) as number;
  const prefix = index === 0 ? 'expanded_conv_' : `block_${index}_`;
  let x = inputs;
  if (index > 0) {
    x = new Conv2D(expansion * channels, 1, { padding: 'same', useBias: false, name: `${prefix}expand` })(x);
    x = normalize(x, `${prefix}expand_BN`, `${prefix}expand_relu`);
  }
  if (stride === 2) x = new ZeroPadding2D({ padding: correctPad(x, 3), name: `${prefix}pad` })(x);
  x = new DepthwiseConv2D(3, { strides: stride, useBias: false, padding: stride === 1 ? 'same' : 'valid', name: `${prefix}depthwise` })(x);
  x = normalize(x, `${prefix}depthwise_BN`, `${prefix}depthwise_relu`);
  x = new Conv2D(filters, 1, { padding: 'same', useBias: false, name: `${prefix}project` })(x);
  x = normalize(x, `${prefix}project_BN`);
  return channels === filters && stride === 1 ? new Add({ name: `${prefix}add` })([inputs, x]) : x;
}
