// Which of binary, sparse and one-hot a general name like `accuracy` means, by the shapes of targets and predictions.
import type { Tensor } from '../../trace/tensor.ts';
import * as losses from '../losses/index.ts';

export type LabelKind = 'binary' | 'sparse' | 'oneHot';

/** How labels are written. */
export function labelKind(yTrue: Tensor, yPred: Tensor): LabelKind {
  const classes = yPred.shape.at(-1);
  if (classes === 1) return 'binary';
  return yTrue.rank < yPred.rank || (yTrue.shape.at(-1) === 1 && (classes ?? 0) > 1) ? 'sparse' : 'oneHot';
}

const CROSSENTROPY = {
  binary: losses.binaryCrossentropy,
  sparse: losses.sparseCategoricalCrossentropy,
  oneHot: losses.categoricalCrossentropy,
} as const satisfies Record<LabelKind, unknown>;

/** The cross-entropy for the labels. */
export const crossentropyFor = (yTrue: Tensor, yPred: Tensor): (typeof CROSSENTROPY)[LabelKind] => CROSSENTROPY[labelKind(yTrue, yPred)];
