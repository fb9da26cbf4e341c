// Connectionist temporal classification: labels whose alignment with the time steps is unknown.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';

/** The class that stands for no label. */
const BLANK = 0;

/**
 * `-log P(labels | logits)` per sample, over all alignments. Class 0 stands for no label and fills up rows of labels.
 *
 * @param yTrue labels, (batch, labels)
 * @param yPred logits, (batch, steps, classes)
 */
export function ctc(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const labels = ops.convertToTensor(yTrue);
  const logits = ops.convertToTensor(yPred);
  if (labels.rank !== 2) {
    refuse(
      `Targets \`y_true\` are expected to be a tensor of shape \`(batch_size, max_length)\` in integer format. Received: y_true.shape=${formatShape(labels.shape)}`,
    );
  }
  if (logits.rank !== 3) {
    refuse(
      `Logits \`y_pred\` are expected to be a tensor of shape \`(batch_size, max_length, num_classes)\`. Received: y_pred.shape=${formatShape(logits.shape)}`,
    );
  }
  const [batch, steps] = logits.shape as readonly [number, number];
  const labelLengths = ops.sum(ops.cast(ops.notEqual(labels, BLANK), 'int32'), { axis: -1 });
  const stepLengths = ops.full([batch], steps, { dtype: 'int32' });
  return ops.ctcLoss(labels, logits, labelLengths, stepLengths, { maskIndex: BLANK });
}

/** `ctc` as a loss. */
export class CTC extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(ctc, {}, { name: 'ctc', ...options });
  }
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'ctc-shape' });
}
