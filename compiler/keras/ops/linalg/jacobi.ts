// Jacobi's method in rounds of disjoint pairs: what `eigh` and `svd` share. In each round column i of the left half meets
// column i of the right half; between rounds the columns move as players in a tournament, so that after n - 1 rounds every
// two have met once and all stand where they began (Brent and Luk, 1985).
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';
import { sliceAxis } from '../joining.ts';

/** Sweeps converge quadratically: six to eight are usual for floats, and more than this never help. */
export const MOST_SWEEPS = 20;

/** Cosine and sine of rotations. */
export interface Rotation {
  readonly cosine: Tensor;
  readonly sine: Tensor;
  readonly tangent: Tensor;
}

/**
 * The smaller of the two rotations that make [[first, shared], [shared, second]] diagonal:
 * t = sign(z) / (|z| + sqrt(1 + z^2)) with z = (second - first) / (2 shared).
 */
export function diagonalizing(first: Tensor, second: Tensor, shared: Tensor): Rotation {
  const isDone = lax.compare('equal', shared, fullAs(shared, 0));
  const double = lax.select(isDone, fullAs(shared, 1), lax.add(shared, shared));
  const z = lax.divide(lax.subtract(second, first), double);
  const one = fullAs(z, 1);
  const size = lax.divide(one, lax.add(lax.abs(z), lax.sqrt(lax.add(one, lax.multiply(z, z)))));
  const signed = lax.select(lax.compare('less', z, fullAs(z, 0)), lax.negative(size), size);
  const tangent = lax.select(isDone, fullAs(z, 0), signed);
  const cosine = lax.rsqrt(lax.add(one, lax.multiply(tangent, tangent)));
  return { cosine, sine: lax.multiply(cosine, tangent), tangent };
}

/** The two halves along an axis. */
export function halves(x: Tensor, axis: number): readonly [Tensor, Tensor] {
  const size = x.shape[axis] as number;
  return [sliceAxis(x, axis, 0, size / 2), sliceAxis(x, axis, size / 2, size)];
}

/** Turns each slice of the left half against its partner in the right half along the last axis or the one before it. */
export function rotateHalves(x: Tensor, axis: number, { cosine, sine }: Rotation): Tensor {
  const [left, right] = halves(x, axis);
  // One angle per pair: [batch, pairs].
  const spread = (angle: Tensor): Tensor => lax.broadcast(angle, left.shape, [0, axis]);
  const [c, s] = [spread(cosine), spread(sine)];
  return lax.concatenate(
    [lax.subtract(lax.multiply(c, left), lax.multiply(s, right)), lax.add(lax.multiply(s, left), lax.multiply(c, right))],
    axis,
  );
}

/** The next round of the tournament: the first player stays, the others move on by one place. */
export function nextRound(x: Tensor, axis: number): Tensor {
  const size = x.shape[axis] as number;
  const half = size / 2;
  if (half === 1) return x;
  const part = (from: number, to: number): Tensor => sliceAxis(x, axis, from, to);
  return lax.concatenate([part(0, 1), part(half, half + 1), part(1, half - 1), part(half + 1, size), part(half - 1, half)], axis);
}

/** Adds a column of zeros to an odd number, so that everyone has a partner. */
export function makeEven(x: Tensor, axis: number): Tensor {
  if ((x.shape[axis] as number) % 2 === 0) return x;
  const none = x.shape.map(() => 0);
  return lax.pad(
    x,
    lax.scalar(0, x.dtype),
    none,
    x.shape.map((_, at) => (at === axis ? 1 : 0)),
  );
}

/** The relative size of what counts as zero. */
export const precisionOf = (x: Tensor): number => (x.dtype === 'float64' ? 2 ** -52 : 2 ** -23);
