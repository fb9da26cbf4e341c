// `keras.ops.numpy`: the part of `keras.ops` that NumPy has too.
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
export { abs, absolute, angle, conj, conjugate, imag, isreal, real } from './complex.ts';
export { dot, inner, kron, matmul, outer, tensordot, vdot } from './contraction.ts';
export { array, ndim, size } from './conversion.ts';
export {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  geomspace,
  identity,
  linspace,
  logspace,
  meshgrid,
  ones,
  onesLike,
  tri,
  tril,
  triu,
  zeros,
  zerosLike,
} from './creation.ts';
export { cumprod, cumsum, diff, nancumprod, nancumsum } from './cumulative.ts';
export { diag, diagflat, diagonal, trace } from './diagonals.ts';
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
  exp,
  exp2,
  expm1,
  fabs,
  floor,
  log,
  log1p,
  log2,
  log10,
  nanToNum,
  negative,
  rad2deg,
  reciprocal,
  round,
  sign,
  sin,
  sinc,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from './elementwise.ts';
export { getItem, nonzero, select, take, takeAlongAxis, where } from './indexing.ts';
export { bincount, gcd, histogram, lcm } from './integers.ts';
export { append, arraySplit, concatenate, dsplit, dstack, hsplit, hstack, repeat, split, stack, tile, vsplit, vstack } from './joining.ts';
export { slogdet } from './linalg/lu.ts';
export { nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar } from './nan-reductions.ts';
export { pad } from './padding.ts';
export { median, nanmedian, nanpercentile, nanquantile, percentile, quantile } from './quantiles.ts';
export { all, amax, amin, any, argmax, argmin, countNonzero, max, min, prod, ptp, sum } from './reductions.ts';
export { unravelIndex } from './scattering.ts';
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
export { corrcoef, correlate, cross, trapezoid, vander } from './signals.ts';
export { argpartition, argsort, digitize, isin, searchsorted, sort } from './sorting.ts';
export { average, mean, std, variance as var } from './statistics.ts';
export { unique } from './unique.ts';
export { vectorize } from './vectorize.ts';
export { view } from './view.ts';
export { bartlett, blackman, hamming, hanning, i0, kaiser } from './windows.ts';
