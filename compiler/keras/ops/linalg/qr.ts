// QR factors by Householder's reflections.
import { quote, ValueError } from '../../../errors/index.ts';
import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import {
  columnAt, columnsOf, fromStack, identityStack, keepTriangle, leading, multiplyStacks, multiplyTransposed, rowsOf, scale, stepNumbers,
  toMatrices, toStack,
} from './matrices.ts'; // biome-ignore format: one list

export interface QrFactors {
  readonly q: Tensor;
  readonly r: Tensor;
}

/** v of the reflection I - 2 v v^T that turns what a column [b, m, 1] has from place k on into a multiple of the unit vector. */
export function reflector(column: Tensor, k: Tensor): Tensor {
  const row = lax.iota('int32', column.shape, 1);
  const at = lax.broadcastTo(k, column.shape);
  const below = lax.select(lax.compare('greater', row, at), column, fullAs(column, 0));
  const own = lax.select(lax.compare('equal', row, at), column, fullAs(column, 0));
  const sum = (x: Tensor): Tensor => lax.reshape(lax.reduce('sum', x, [1]), [x.shape[0] as number, 1, 1]);
  const tail = sum(lax.multiply(below, below));
  const head = sum(own);
  // The sign that adds: the difference of close numbers would lose digits.
  const length = lax.sqrt(lax.add(lax.multiply(head, head), tail));
  const first = lax.select(lax.compare('less', head, fullAs(head, 0)), lax.subtract(head, length), lax.add(head, length));
  // Nothing below the diagonal: nothing to reflect.
  const isDone = lax.compare('equal', tail, fullAs(tail, 0));
  const size = lax.sqrt(lax.add(lax.multiply(first, first), tail));
  const inverse = lax.select(isDone, fullAs(size, 0), lax.divide(fullAs(size, 1), lax.select(isDone, fullAs(size, 1), size)));
  const v = lax.select(lax.compare('equal', row, at), lax.broadcastTo(first, column.shape), below);
  return scale(v, inverse);
}

/** (I - 2 v v^T) x */
export function reflect(v: Tensor, x: Tensor): Tensor {
  const along = multiplyTransposed(v, x);
  return lax.subtract(x, multiplyStacks(lax.add(v, v), along));
}

/** Q R = A for a stack [b, m, n]; Q has `columns` columns, at least min(m, n), and R as many rows. */
export function qrFactors(a: Tensor, columns: number): QrFactors {
  const [batch, rows] = a.shape as readonly [number, number];
  const steps = Math.min(rows, columnsOf(a));
  const { carry, ys } = scan(
    (rest, k) => {
      const v = reflector(columnAt(rest as Tensor, k as Tensor), k as Tensor);
      return [reflect(v, rest as Tensor), lax.reshape(v, [batch, rows])];
    },
    { carry: [a], xs: [stepNumbers(steps)], length: steps },
  );
  // Q = H_0 H_1 ... applied to the first columns of the identity, the last reflection first.
  const accumulated = scan((q, v) => [reflect(lax.reshape(v as Tensor, [batch, rows, 1]), q as Tensor)], {
    carry: [leading(identityStack(batch, rows, a.dtype), rows, columns)],
    xs: [ys[0] as Tensor],
    length: steps,
    reverse: true,
  });
  const r = keepTriangle(carry[0] as Tensor, 'less_equal');
  return { q: accumulated.carry[0] as Tensor, r: leading(r, columns, columnsOf(r)) };
}

/**
 * Orthogonal Q and upper triangular R whose product is x: (..., m, n) -> [(..., m, k), (..., k, n)] with k = min(m, n), or k = m
 * in mode `complete`.
 */
export const qr = defineOp(
  'qr',
  ['x'],
  (x: TensorLike, { mode = 'reduced' }: { readonly mode?: 'reduced' | 'complete' } = {}): Tensor[] => {
    if (mode !== 'reduced' && mode !== 'complete') {
      throw new ValueError(
        `\`mode\` argument value not supported. Expected one of {'reduced', 'complete'}. Received: mode=${quote(mode)}`,
        {
          code: 'arguments',
        },
      );
    }
    const given = toMatrices(x);
    const columns = mode === 'complete' ? rowsOf(given) : Math.min(rowsOf(given), columnsOf(given));
    const { q, r } = qrFactors(toStack(given), columns);
    return [fromStack(q, given), fromStack(r, given)];
  },
);
