// The blocks of EfficientNetV2: inverted residuals, with a depthwise convolution or fused into a whole one.
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { VarianceScaling } from '../initializers/index.ts';
import {
  Activation,
  add,
  BatchNormalization,
  Conv2D,
  DepthwiseConv2D,
  Dropout,
  GlobalAveragePooling2D,
  multiply,
  Reshape,
} from '../layers/index.ts';

export interface Block {
  readonly name: string;
  readonly filtersIn: number;
  readonly filtersOut: number;
  readonly expansion: number;
  /** Part of the channels that squeeze and excitation keeps; 0 for none of it. */
  readonly squeeze: number;
  readonly stride: number;
  readonly dropRate: number;
}

interface Convolution {
  readonly kernelSize: number;
  readonly strides: number;
  readonly name: string;
}

const convInitializer = (): VarianceScaling => new VarianceScaling({ scale: 2, mode: 'fan_out', distribution: 'truncated_normal' });
const normalize = (x: KerasTensor, name: string): KerasTensor => new BatchNormalization({ axis: 3, momentum: 0.9, name })(x);
const activate = (x: KerasTensor, name: string): KerasTensor => new Activation('swish', { name })(x);

/** A convolution without bias. */
export const convolution = (x: KerasTensor, filters: number, { kernelSize, strides, name }: Convolution): KerasTensor =>
  new Conv2D(filters, kernelSize, { strides, padding: 'same', useBias: false, kernelInitializer: convInitializer(), name })(x);

/** 1x1 up, depthwise 3x3, squeeze and excitation, 1x1 down; around it the identity where shapes allow. */
export function invertedResidual(inputs: KerasTensor, block: Block): KerasTensor {
  const { name, filtersIn, filtersOut, expansion, stride } = block;
  const filters = filtersIn * expansion;
  let x = inputs;
  if (expansion !== 1) {
    x = convolution(x, filters, { kernelSize: 1, strides: 1, name: `${name}expand_conv` });
    x = activate(normalize(x, `${name}expand_bn`), `${name}expand_activation`);
  }
  x = new DepthwiseConv2D(3, {
    strides: stride,
    padding: 'same',
    useBias: false,
    depthwiseInitializer: convInitializer(),
    name: `${name}dwconv2`,
  })(x);
  x = activate(normalize(x, `${name}bn`), `${name}activation`);
  if (block.squeeze > 0) x = squeezeAndExcite(x, block, filters);
  x = convolution(x, filtersOut, { kernelSize: 1, strides: 1, name: `${name}project_conv` });
  return addShortcut(normalize(x, `${name}project_bn`), inputs, block);
}

/** A 3x3 convolution in place of the first 1x1 and the depthwise one. */
export function fusedResidual(inputs: KerasTensor, block: Block): KerasTensor {
  const { name, filtersIn, filtersOut, expansion, stride } = block;
  let x = inputs;
  if (expansion !== 1) {
    x = convolution(x, filtersIn * expansion, { kernelSize: 3, strides: stride, name: `${name}expand_conv` });
    x = activate(normalize(x, `${name}expand_bn`), `${name}expand_activation`);
  }
  const whole = expansion === 1 ? { kernelSize: 3, strides: stride } : { kernelSize: 1, strides: 1 };
  x = normalize(convolution(x, filtersOut, { ...whole, name: `${name}project_conv` }), `${name}project_bn`);
  if (expansion === 1) x = activate(x, `${name}project_activation`);
  return addShortcut(x, inputs, block);
}

/** Scales channels by what a small network makes of their means. */
function squeezeAndExcite(x: KerasTensor, { name, filtersIn, squeeze }: Block, filters: number): KerasTensor {
  const pointwise = { padding: 'same', kernelInitializer: convInitializer() } as const;
  const squeezed = Math.max(1, Math.trunc(filtersIn * squeeze));
  let scale = new GlobalAveragePooling2D({ name: `${name}se_squeeze` })(x);
  scale = new Reshape([1, 1, filters], { name: `${name}se_reshape` })(scale);
  scale = new Conv2D(squeezed, 1, { ...pointwise, activation: 'swish', name: `${name}se_reduce` })(scale);
  scale = new Conv2D(filters, 1, { ...pointwise, activation: 'sigmoid', name: `${name}se_expand` })(scale);
  return multiply([x, scale], { name: `${name}se_excite` });
}

function addShortcut(x: KerasTensor, inputs: KerasTensor, { name, filtersIn, filtersOut, stride, dropRate }: Block): KerasTensor {
  if (stride !== 1 || filtersIn !== filtersOut) return x;
  const dropped = dropRate > 0 ? new Dropout(dropRate, { noiseShape: [null, 1, 1, 1], name: `${name}drop` })(x) : x;
  return add([dropped, inputs], { name: `${name}add` });
}
