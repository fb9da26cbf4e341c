// Scaled dot-product attention.
import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, promoteAll, type TensorLike, toTensor } from '../convert.ts';
import { einsumTensors } from '../einsum.ts';
import { repeatAxis } from '../joining.ts';
import { softmax } from './softmax.ts';

export interface AttentionOptions {
  /** Added to the scores; broadcasts to (batch, heads, queries, keys). */
  readonly bias?: TensorLike | null;
  /** Where it is false a query does not see a key. */
  readonly mask?: TensorLike | null;
  /** Factor of the scores: 1 / sqrt(size of a head) by default. */
  readonly scale?: number | null;
  /** Whether a query sees no later key. */
  readonly isCausal?: boolean;
  /** A choice of implementation, which changes nothing here. */
  readonly flashAttention?: boolean | null;
  /** Scores become cap * tanh(score / cap). */
  readonly attnLogitsSoftCap?: number | null;
}

/** Scores that keys outside the mask get: the lowest that leaves room for a bias. */
const EXCLUDED: Readonly<Record<string, number>> = {
  float16: -0.7 * 65504,
  bfloat16: -0.7 * 3.39e38,
  float32: -0.7 * 3.4028234663852886e38,
  float64: -1e300,
};

/** Query, key and value of shape (batch, time, heads, size) -> (batch, time, heads, size). Grouped queries share key heads. */
export const dotProductAttention = defineOp(
  'dot_product_attention',
  ['query', 'key', 'value'],
  (query: TensorLike, key: TensorLike, value: TensorLike, options: AttentionOptions = {}): Tensor => {
    const [q, k, v] = promoteAll([query, key, value]) as [Tensor, Tensor, Tensor];
    if (q.rank !== 4 || k.rank !== 4 || v.rank !== 4) {
      throw new ValueError(
        `\`dot_product_attention\` only supports 4D inputs. Received: query.shape=${formatShape(q.shape)}, key.shape=${formatShape(k.shape)}, value.shape=${formatShape(v.shape)}.`,
        { code: 'rank' },
      );
    }
    const groups = (q.shape[2] as number) / (k.shape[2] as number);
    const [keys, values] = [k, v].map((tensor) => (groups === 1 ? tensor : repeatAxis(tensor, groups, 2))) as [Tensor, Tensor];
    const scale = options.scale ?? 1 / Math.sqrt(q.shape[3] as number);
    const raw = einsumTensors('btnh,bsnh->bnts', [q, keys]);
    const scores = lax.cast(raw, raw.dtype === 'float64' ? 'float64' : 'float32');
    const scaled = capped(lax.multiply(scores, fullAs(scores, scale)), options.attnLogitsSoftCap ?? null);
    const biased =
      options.bias === null || options.bias === undefined
        ? scaled
        : lax.add(scaled, lax.broadcastTo(toTensor(options.bias, scaled.dtype), scaled.shape));
    const weights = lax.cast(softmax(maskScores(biased, options), { axis: -1 }), k.dtype);
    return einsumTensors('bnts,bsnh->btnh', [weights, values]);
  },
);

const capped = (scores: Tensor, cap: number | null): Tensor =>
  cap === null ? scores : lax.multiply(lax.tanh(lax.divide(scores, fullAs(scores, cap))), fullAs(scores, cap));

function maskScores(scores: Tensor, { mask = null, isCausal = false }: AttentionOptions): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const visible: Tensor[] = [];
  if (mask !== null) visible.push(lax.broadcastTo(toTensor(mask, 'bool'), scores.shape));
  if (isCausal) {
    const [row, column] = [lax.iota('int32', [queries, keys], 0), lax.iota('int32', [queries, keys], 1)];
    visible.push(lax.broadcastTo(lax.compare('less_equal', column, row), scores.shape));
  }
  if (visible.length === 0) return scores;
  return lax.select(
    visible.reduce((a, b) => lax.and(a, b)),
    scores,
    fullAs(scores, EXCLUDED[scores.dtype] ?? -1e30),
  );
}
