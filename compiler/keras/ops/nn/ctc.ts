// Connectionist temporal classification (Graves et al., 2006): labels against unaligned sequences of class scores.
import { quote, ValueError } from '../../../errors/index.ts';
import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { padConstant } from '../padding.ts';
import { resultType } from '../promotion.ts';
import { beamSearch } from './ctc-beam-search.ts';
import { addLogarithms, IMPOSSIBLE } from './log-space.ts';
import { logSoftmax } from './softmax.ts';

export interface CtcLossOptions {
  /** The class that stands for no label. Default 0. */
  readonly maskIndex?: number;
}

const toLengths = (lengths: TensorLike): Tensor => lax.cast(toTensor(lengths), 'int32');
const toScores = (output: TensorLike): Tensor => {
  const tensor = toTensor(output);
  return lax.cast(tensor, resultType(tensor.dtype, 'float32'));
};

/** The labels with a blank before, between and after them: [batch, labels] -> [batch, 2 labels + 1]. */
function withBlanks(labels: Tensor, blank: number): Tensor {
  const [batch, count] = labels.shape as readonly [number, number];
  return lax.pad(lax.reshape(labels, [batch, count]), lax.scalar(blank, 'int32'), [0, 1], [0, 1], [0, 1]);
}

/** log p of each state's class at each step: [batch, steps, classes] at [batch, states] -> [batch, steps, states]. */
function statePerStep(logits: Tensor, states: Tensor): Tensor {
  const [, steps] = logits.shape as readonly [number, number];
  return lax.gather(logits, lax.reshape(states, [...states.shape, 1]), {
    offsetAxes: [1],
    collapsedAxes: [2],
    operandBatchAxes: [0],
    indicesBatchAxes: [0],
    startIndexMap: [2],
    sliceSizes: [1, steps, 1],
  });
}

/** Each state's value from the state `places` before it. */
const fromBefore = (x: Tensor, places: number): Tensor =>
  padConstant(sliceAxis(x, 1, 0, (x.shape[1] as number) - places), [[0, 0], [places, 0]], lax.scalar(IMPOSSIBLE, x.dtype)); // biome-ignore format: one pair an axis

/**
 * alpha_t(s) = p_t(s) + logaddexp(alpha(s), alpha(s - 1), alpha(s - 2)), the last term only where state s is a label other than
 * that two states before. After the last step of a sequence alpha stays.
 */
function forwardScores(scores: Tensor, states: Tensor, lengths: Tensor, blank: number): Tensor {
  const [batch, steps, count] = scores.shape as readonly [number, number, number];
  const state = lax.iota('int32', [batch, count], 1);
  const former = padConstant(sliceAxis(states, 1, 0, Math.max(0, count - 2)), [[0, 0], [Math.min(2, count), 0]], lax.scalar(blank, 'int32')); // biome-ignore format: one pair an axis
  const canSkip = lax.and(lax.compare('not_equal', states, fullAs(states, blank)), lax.compare('not_equal', states, former));
  const none = lax.full([batch, count], IMPOSSIBLE, scores.dtype);
  // Before the first step only the state before the first one is certain: it leads to the states 0 and 1.
  const { carry } = scan(
    (given, row, step) => {
      const alpha = given as Tensor;
      const isFirst = lax.compare('equal', step as Tensor, lax.scalar(0, 'int32'));
      const begun = lax.select(lax.compare('less', state, fullAs(state, 2)), fullAs(none, 0), none);
      const skipped = lax.select(canSkip, count > 2 ? fromBefore(alpha, 2) : none, none);
      const moved = addLogarithms([alpha, count > 1 ? fromBefore(alpha, 1) : none, skipped]);
      const next = lax.add(lax.select(lax.broadcastTo(isFirst, begun.shape), begun, moved), row as Tensor);
      const isOver = lax.compare('greater_equal', lax.broadcastTo(step as Tensor, [batch]), lengths);
      return [lax.select(lax.broadcast(isOver, alpha.shape, [0]), alpha, lax.maximum(next, none))];
    },
    { carry: [none], xs: [lax.transpose(scores, [1, 0, 2]), lax.iota('int32', [steps], 0)], length: steps },
  );
  return carry[0] as Tensor;
}

/**
 * The negative logarithm of the probability of the labels, for each sequence.
 *
 * @param target labels: (batch, labels)
 * @param output scores of the classes before softmax: (batch, steps, classes)
 * @param targetLength how many of the labels count: (batch)
 * @param outputLength how many of the steps count: (batch)
 * @returns (batch)
 */
export const ctcLoss = defineOp(
  'ctc_loss',
  ['target', 'output', 'target_length', 'output_length'],
  (
    target: TensorLike,
    output: TensorLike,
    targetLength: TensorLike,
    outputLength: TensorLike,
    { maskIndex = 0 }: CtcLossOptions = {},
  ): Tensor => {
    const logits = logSoftmax(toScores(output));
    const classes = logits.shape[2] as number;
    const blank = maskIndex < 0 ? maskIndex + classes : maskIndex;
    const states = withBlanks(lax.cast(toTensor(target), 'int32'), blank);
    const alpha = forwardScores(statePerStep(logits, states), states, toLengths(outputLength), blank);
    // A sequence ends in the blank after its last label, or in that label.
    const last = lax.broadcast(lax.multiply(toLengths(targetLength), fullAs(toLengths(targetLength), 2)), states.shape, [0]);
    const state = lax.iota('int32', states.shape, 1);
    const isEnd = lax.or(lax.compare('equal', state, last), lax.compare('equal', lax.add(state, fullAs(state, 1)), last));
    const ends = lax.select(isEnd, alpha, fullAs(alpha, IMPOSSIBLE));
    const largest = lax.stop_gradient(lax.reduce('max', ends, [1]));
    const total = lax.reduce('sum', lax.exp(lax.subtract(ends, lax.broadcast(largest, ends.shape, [0]))), [1]);
    return lax.negative(lax.add(largest, lax.log(total)));
  },
);

export interface CtcDecodeOptions {
  /** `greedy` takes the best class of each step; `beam_search` sums over alignments. Default `greedy`. */
  readonly strategy?: 'greedy' | 'beam_search';
  /** How many candidates beam search keeps. Default 100. */
  readonly beamWidth?: number;
  /** How many results beam search gives. Default 1. */
  readonly topPaths?: number;
  /** Whether a class that follows itself counts once (greedy). Default true. */
  readonly mergeRepeated?: boolean;
  readonly maskIndex?: number;
}

/** The best class of each step, without repetitions and blanks. */
function greedy(scores: Tensor, lengths: Tensor, blank: number, mergeRepeated: boolean): Tensor[] {
  const [batch, steps] = scores.shape as readonly [number, number];
  const isOver = lax.compare('greater_equal', lax.iota('int32', [batch, steps], 1), lax.broadcast(lengths, [batch, steps], [0]));
  const best = lax.arg_reduce('max', scores, 2);
  const classes = lax.select(isOver, fullAs(best, blank), best);
  const former = padConstant(sliceAxis(classes, 1, 0, steps - 1), [[0, 0], [1, 0]], lax.scalar(-1, 'int32')); // biome-ignore format: one pair an axis
  const isBlank = lax.compare('equal', classes, fullAs(classes, blank));
  const isDropped = mergeRepeated ? lax.or(isBlank, lax.compare('equal', classes, former)) : isBlank;
  const labels = lax.select(isDropped, fullAs(classes, -1), classes);
  // A stable sort brings what stays to the front.
  const [, decoded] = lax.sort([lax.cast(isDropped, 'int32'), labels], 1) as [Tensor, Tensor];
  const largest = lax.reduce('max', scores, [2]);
  const total = lax.reduce('sum', lax.select(isOver, fullAs(largest, 0), largest), [1]);
  return [lax.reshape(decoded, [1, batch, steps]), lax.reshape(lax.negative(total), [batch, 1])];
}

/**
 * Labels for sequences of class scores.
 *
 * @param inputs scores before softmax: (batch, steps, classes)
 * @param sequenceLengths how many of the steps count: (batch)
 * @returns labels (paths, batch, steps), filled up with -1, and scores (batch, paths): logarithms of probabilities for beam
 *   search, the negative sum of the scores taken for `greedy`
 */
export const ctcDecode = defineOp(
  'ctc_decode',
  ['inputs', 'sequence_lengths'],
  (inputs: TensorLike, sequenceLengths: TensorLike, options: CtcDecodeOptions = {}): Tensor[] => {
    const { strategy = 'greedy', beamWidth = 100, topPaths = 1, mergeRepeated = true, maskIndex = 0 } = options;
    const scores = toScores(inputs);
    const blank = maskIndex < 0 ? maskIndex + (scores.shape[2] as number) : maskIndex;
    if (strategy === 'greedy') return greedy(scores, toLengths(sequenceLengths), blank, mergeRepeated);
    if (strategy === 'beam_search')
      return beamSearch(logSoftmax(scores), toLengths(sequenceLengths), { blank, width: beamWidth, paths: topPaths });
    throw new ValueError(`Invalid strategy ${quote(strategy)}. Supported values are 'greedy' and 'beam_search'.`, { code: 'arguments' });
  },
);
