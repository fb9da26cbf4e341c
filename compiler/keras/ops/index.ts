// `keras.ops`: functions on tensors, which everything else is written in.
export {
  add,
  arctan2,
  divide,
  divideNoNan,
  floorDivide,
  fmax,
  fmin,
  fmod,
  heaviside,
  hypot,
  ldexp,
  logaddexp,
  logaddexp2,
  maximum,
  minimum,
  mod,
  multiply,
  nextafter,
  power,
  subtract,
  trueDivide,
} from './arithmetic.ts';
export {
  bitwiseAnd,
  bitwiseInvert,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
  leftShift,
  rightShift,
} from './bitwise.ts';
export {
  allclose,
  type ClosenessOptions,
  equal,
  greater,
  greaterEqual,
  isclose,
  isfinite,
  isinf,
  isnan,
  isneginf,
  isposinf,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  signbit,
} from './comparison.ts';
export { abs, absolute, angle, ComplexTensor, conj, conjugate, imag, isreal, polar, real, viewAsComplex, viewAsReal } from './complex.ts';
export { dot, inner, kron, matmul, outer, type TensordotOptions, tensordot, vdot } from './contraction.ts';
export {
  type AssociativeScanOptions,
  associativeScan,
  cond,
  foriLoop,
  map,
  type ScanOptions,
  scan,
  switchCase as switch,
  vectorizedMap,
  type WhileLoopOptions,
  whileLoop,
} from './control-flow.ts';
export { array, cast, convertToNumpy, convertToTensor, dtype, isTensor, ndim, saturateCast, shape, size } from './conversion.ts';
export type { TensorLike } from './convert.ts';
export {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  geomspace,
  identity,
  type LinspaceOptions,
  type LogspaceOptions,
  linspace,
  logspace,
  type MatrixOptions,
  meshgrid,
  ones,
  onesLike,
  tri,
  tril,
  triu,
  zeros,
  zerosLike,
} from './creation.ts';
export { type CumulativeOptions, cumprod, cumsum, diff, nancumprod, nancumsum } from './cumulative.ts';
export { customGradient, type GradientFunction } from './custom-gradient.ts';
export { type DiagonalOptions, diag, diagflat, diagonal, trace } from './diagonals.ts';
export { einsum } from './einsum.ts';
export {
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctanh,
  cbrt,
  ceil,
  clip,
  copy,
  cos,
  cosh,
  deg2rad,
  erf,
  erfc,
  erfinv,
  exp,
  exp2,
  expm1,
  fabs,
  floor,
  log,
  log1p,
  log2,
  log10,
  type NanToNumOptions,
  nanToNum,
  negative,
  type RoundOptions,
  rad2deg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sinc,
  sinh,
  sqrt,
  square,
  stopGradient,
  tan,
  tanh,
  trunc,
} from './elementwise.ts';
export * from './fft/index.ts';
export * as image from './image/index.ts';
export { getItem, type IndexKey, type IndexRange, nonzero, select, take, takeAlongAxis, where } from './indexing.ts';
export { type BincountOptions, bincount, gcd, type HistogramOptions, histogram, lcm } from './integers.ts';
export {
  append,
  arraySplit,
  concatenate,
  dsplit,
  dstack,
  hsplit,
  hstack,
  repeat,
  split,
  stack,
  tile,
  type UnstackOptions,
  unstack,
  vsplit,
  vstack,
} from './joining.ts';
export { type JvpOptions, jvp } from './jvp.ts';
export * from './linalg/index.ts';
export * as linalg from './linalg/index.ts';
export { nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar } from './nan-reductions.ts';
export * from './nn/index.ts';
export * as nn from './nn/index.ts';
export * as numpy from './numpy.ts';
export { type PadMode, type PadOptions, type PadWidth, pad } from './padding.ts';
export { median, nanmedian, nanpercentile, nanquantile, percentile, type QuantileOptions, quantile } from './quantiles.ts';
export { rearrange } from './rearrange.ts';
export {
  type ArgOptions,
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  countNonzero,
  type ExtremeOptions,
  logsumexp,
  max,
  min,
  type ProductOptions,
  prod,
  ptp,
  sum,
} from './reductions.ts';
export {
  type ScatterUpdateOptions,
  type SegmentOptions,
  type StartIndices,
  scatter,
  scatterUpdate,
  segmentMax,
  segmentMin,
  segmentProd,
  segmentSum,
  slice,
  sliceUpdate,
  unravelIndex,
} from './scattering.ts';
export {
  broadcastTo,
  expandDims,
  flip,
  fliplr,
  flipud,
  moveaxis,
  ravel,
  reshape,
  roll,
  rot90,
  squeeze,
  swapaxes,
  transpose,
} from './shapes.ts';
export {
  type CrossOptions,
  cdist,
  corrcoef,
  correlate,
  cross,
  extractSequences,
  psnr,
  type TrapezoidOptions,
  trapezoid,
  vander,
} from './signals.ts';
export { argpartition, argsort, digitize, inTopK, isin, searchsorted, sort, topK } from './sorting.ts';
export { type AverageOptions, average, type MomentsOptions, mean, moments, std, variance as var } from './statistics.ts';
export { type UniqueOptions, unique } from './unique.ts';
export { type VectorizeOptions, vectorize } from './vectorize.ts';
export { view } from './view.ts';
export { bartlett, blackman, hamming, hanning, i0, kaiser } from './windows.ts';
