// The functions among metrics: those of their own, and the losses that are metrics as well.
export {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalHinge,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from '../losses/all.ts';
export { binaryAccuracy } from './binary-accuracy.ts';
export { categoricalAccuracy } from './categorical-accuracy.ts';
export { concordanceCorrelation } from './concordance-correlation.ts';
export { pearsonCorrelation } from './pearson-correlation.ts';
export { sparseCategoricalAccuracy } from './sparse-categorical-accuracy.ts';
export { sparseTopKCategoricalAccuracy } from './sparse-top-k-categorical-accuracy.ts';
export { topKCategoricalAccuracy } from './top-k-categorical-accuracy.ts';
