// Prefix beam search: the likeliest label sequences, each summed over its alignments.
import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { addLogarithms, IMPOSSIBLE } from './log-space.ts';

export interface BeamOptions {
  readonly blank: number;
  /** Candidates kept after each step. */
  readonly width: number;
  /** Results. */
  readonly paths: number;
}

/** The candidates of all sequences: [batch, width], labels [batch, width, steps]. */
interface Beams {
  /** Filled up with -1. */
  readonly labels: Tensor;
  readonly lengths: Tensor;
  /** The last label; -1 for the empty sequence. */
  readonly last: Tensor;
  /** Numbers that tell sequences apart, and those of the sequences without their last label: uint32. */
  readonly hash: Tensor;
  readonly parentHash: Tensor;
  /** log p of the alignments that end in a blank, and of those that end in the last label. */
  readonly blank: Tensor;
  readonly emitted: Tensor;
}

const KEYS = ['labels', 'lengths', 'last', 'hash', 'parentHash', 'blank', 'emitted'] as const;
const toList = (beams: Beams): Tensor[] => KEYS.map((key) => beams[key]);
const fromList = (list: readonly Tensor[]): Beams => Object.fromEntries(KEYS.map((key, index) => [key, list[index]])) as unknown as Beams;

/** One empty sequence, certain; the other places are impossible, each with a hash of its own. */
function firstBeams(batch: number, steps: number, width: number, dtype: Tensor['dtype']): Beams {
  const shape = [batch, width];
  const place = lax.iota('uint32', shape, 1);
  const impossible = lax.full(shape, IMPOSSIBLE, dtype);
  return {
    labels: lax.full([batch, width, steps], -1, 'int32'),
    lengths: lax.full(shape, 0, 'int32'),
    last: lax.full(shape, -1, 'int32'),
    hash: lax.multiply(lax.add(place, fullAs(place, 1)), fullAs(place, 0x9e3779b1)),
    parentHash: fullAs(place, 0),
    blank: lax.select(lax.compare('equal', place, fullAs(place, 0)), fullAs(impossible, 0), impossible),
    emitted: impossible,
  };
}

/** A number for the sequence with one more label. Two of the some hundred candidates agree by chance with odds below one in 10^5. */
function extendHash(hash: Tensor, label: Tensor): Tensor {
  const mixed = lax.multiply(lax.xor(hash, lax.shift_right_logical(hash, fullAs(hash, 15))), fullAs(hash, 0x85ebca6b));
  const next = lax.add(lax.cast(label, 'uint32'), fullAs(hash, 1));
  return lax.add(mixed, lax.multiply(next, fullAs(hash, 0xc2b2ae35)));
}

/** x[b, index[b, i], ...]: picks along axis 1. */
function pick(x: Tensor, index: Tensor): Tensor {
  return lax.gather(x, lax.reshape(index, [...index.shape, 1]), {
    offsetAxes: x.shape.slice(2).map((_, axis) => axis + 2),
    collapsedAxes: [1],
    operandBatchAxes: [0],
    indicesBatchAxes: [0],
    startIndexMap: [1],
    sliceSizes: [1, 1, ...x.shape.slice(2)],
  });
}

interface Candidates {
  readonly blank: Tensor;
  readonly emitted: Tensor;
  /** log p of each sequence with one more label: [batch, width, classes]. */
  readonly extended: Tensor;
}

/** What each candidate becomes with the scores [batch, classes] of a step. */
function advance(beams: Beams, scores: Tensor, blank: number): Candidates {
  const [batch, width] = beams.last.shape as readonly [number, number];
  const all = [batch, width, scores.shape[1] as number];
  const total = addLogarithms([beams.blank, beams.emitted]);
  const column = lax.iota('int32', all, 2);
  const isRepeated = lax.compare('equal', column, lax.broadcast(beams.last, all, [0, 1]));
  // A label that follows itself is a new one only after a blank.
  const before = lax.select(isRepeated, lax.broadcast(beams.blank, all, [0, 1]), lax.broadcast(total, all, [0, 1]));
  const extended = lax.add(before, lax.broadcast(scores, all, [0, 2]));
  const isBlank = lax.compare('equal', column, fullAs(column, blank));
  const own = pick(scores, lax.maximum(beams.last, fullAs(beams.last, 0)));
  return {
    blank: lax.add(total, lax.broadcast(sliceAxis(scores, 1, blank, blank + 1), [batch, width], [0, 1])),
    emitted: lax.add(beams.emitted, own),
    extended: lax.select(isBlank, fullAs(extended, IMPOSSIBLE), extended),
  };
}

/** An extension that is a sequence which is kept already counts there. */
function mergeExtensions(beams: Beams, { blank, emitted, extended }: Candidates): Candidates {
  const [batch, width, classes] = extended.shape as readonly [number, number, number];
  // [batch, kept, extended]
  const pairs = [batch, width, width];
  const isParent = lax.and(
    lax.compare('equal', lax.broadcast(beams.parentHash, pairs, [0, 1]), lax.broadcast(beams.hash, pairs, [0, 2])),
    lax.compare('greater_equal', lax.broadcast(beams.last, pairs, [0, 1]), lax.full(pairs, 0, 'int32')),
  );
  const label = lax.maximum(beams.last, fullAs(beams.last, 0));
  const offered = pick(lax.transpose(extended, [0, 2, 1]), label);
  const gained = lax.reduce('max', lax.select(isParent, offered, fullAs(offered, IMPOSSIBLE)), [2]);
  const isLabel = lax.compare('equal', lax.iota('int32', extended.shape, 2), lax.broadcast(label, [batch, width, classes], [0, 1]));
  const count = lax.dot_general(lax.cast(isParent, 'float32'), lax.cast(isLabel, 'float32'), {
    lhsContracting: [1],
    rhsContracting: [1],
    lhsBatch: [0],
    rhsBatch: [0],
  });
  const isMerged = lax.compare('greater', count, fullAs(count, 0));
  return {
    blank,
    emitted: addLogarithms([emitted, gained]),
    extended: lax.select(isMerged, fullAs(extended, IMPOSSIBLE), extended),
  };
}

/** The best of the kept and the extended sequences, best first. */
function prune(beams: Beams, { blank, emitted, extended }: Candidates): Beams {
  const [batch, width, classes] = extended.shape as readonly [number, number, number];
  const flat = lax.reshape(extended, [batch, width * classes]);
  const [, chosen] = lax.top_k(lax.concatenate([addLogarithms([blank, emitted]), flat], 1), width) as [Tensor, Tensor];
  const isKept = lax.compare('less', chosen, fullAs(chosen, width));
  const beyond = lax.maximum(lax.subtract(chosen, fullAs(chosen, width)), fullAs(chosen, 0));
  const source = lax.select(isKept, chosen, lax.divide(beyond, fullAs(chosen, classes)));
  const label = lax.remainder(beyond, fullAs(chosen, classes));
  const [labels, lengths, hash] = [pick(beams.labels, source), pick(beams.lengths, source), pick(beams.hash, source)];
  const isEnd = lax.compare('equal', lax.iota('int32', labels.shape, 2), lax.broadcast(lengths, labels.shape, [0, 1]));
  const isWritten = lax.and(isEnd, lax.broadcast(lax.not(isKept), labels.shape, [0, 1]));
  return {
    labels: lax.select(isWritten, lax.broadcast(label, labels.shape, [0, 1]), labels),
    lengths: lax.select(isKept, lengths, lax.add(lengths, fullAs(lengths, 1))),
    last: lax.select(isKept, pick(beams.last, source), label),
    hash: lax.select(isKept, hash, extendHash(hash, label)),
    parentHash: lax.select(isKept, pick(beams.parentHash, source), hash),
    blank: lax.select(isKept, pick(blank, source), fullAs(blank, IMPOSSIBLE)),
    emitted: lax.select(isKept, pick(emitted, source), pick(flat, beyond)),
  };
}

/**
 * The likeliest label sequences of log probabilities [batch, steps, classes]: labels [paths, batch, steps], filled up with -1, and
 * their log probabilities [batch, paths].
 */
export function beamSearch(scores: Tensor, lengths: Tensor, { blank, width, paths }: BeamOptions): Tensor[] {
  const [batch, steps] = scores.shape as readonly [number, number];
  const { carry } = scan(
    (...tensors) => {
      const beams = fromList(tensors.slice(0, KEYS.length));
      const [row, step] = tensors.slice(KEYS.length) as [Tensor, Tensor];
      const next = prune(beams, mergeExtensions(beams, advance(beams, row, blank)));
      const isOver = lax.compare('greater_equal', lax.broadcastTo(step, [batch]), lengths);
      return KEYS.map((key) => lax.select(lax.broadcast(isOver, beams[key].shape, [0]), beams[key], next[key]));
    },
    {
      carry: toList(firstBeams(batch, steps, width, scores.dtype)),
      xs: [lax.transpose(scores, [1, 0, 2]), lax.iota('int32', [steps], 0)],
      length: steps,
    },
  );
  const last = fromList(carry);
  // After each step the candidates stand in the order of their probability.
  const best = sliceAxis(last.labels, 1, 0, paths);
  return [lax.transpose(best, [1, 0, 2]), sliceAxis(addLogarithms([last.blank, last.emitted]), 1, 0, paths)];
}
