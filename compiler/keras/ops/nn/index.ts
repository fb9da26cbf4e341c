// `keras.ops.nn`: the building blocks of neural networks.

export { polar } from '../complex.ts';
export { psnr } from '../signals.ts';
export { moments } from '../statistics.ts';
export {
  type AlphaOptions,
  celu,
  elu,
  gelu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardSilu as hardSwish,
  hardTanh,
  type LeakyReluOptions,
  leakyRelu,
  logSigmoid,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  silu as swish,
  softplus,
  softShrink,
  softsign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  type ThresholdOptions,
  tanhShrink,
  threshold,
} from './activations.ts';
export { type AdaptivePoolOptions, adaptiveAveragePool, adaptiveMaxPool } from './adaptive-pool.ts';
export { type AttentionOptions, dotProductAttention } from './attention.ts';
export { type BlockOptions, depthToSpace, type FoldOptions, fold, spaceToDepth, unfold } from './blocks.ts';
export { type ConvOptions, conv, depthwiseConv, type Padding, separableConv } from './conv.ts';
export { type ConvTransposeOptions, convTranspose } from './conv-transpose.ts';
export { binaryCrossentropy, type CrossentropyOptions, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.ts';
export { type CtcDecodeOptions, type CtcLossOptions, ctcDecode, ctcLoss } from './ctc.ts';
export { type EncodingOptions, multiHot, oneHot } from './encoding.ts';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
  type NormalizeOptions,
  normalize,
  type RmsNormalizationOptions,
  rmsNormalization,
} from './normalization.ts';
export { averagePool, maxPool, type PoolOptions } from './pool.ts';
export { glu, logSoftmax, type SoftmaxOptions, softmax, sparsemax } from './softmax.ts';
