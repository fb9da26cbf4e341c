// Eigenvalues and eigenvectors of square matrices: Hessenberg's form, then the shifted QR iteration on complex numbers, then
// substitution in the triangular form (Golub and Van Loan, Matrix Computations, 7.4 to 7.6).
import { scan, whileLoop } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasTensor } from '../../engine/keras-tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { ComplexTensor } from '../complex.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import { add, choose, conjugate, divide, each, multiply, type Parts, squaredSize, squareRoot, subtract } from './complex-parts.ts';
import { precisionOf } from './jacobi.ts';
import {
  columnAt, diagonalOf, fromStack, identityStack, keepTriangle, multiplyStacks, rowAt, rowsOf, stepNumbers, toSquare, toStack,
  transposeMatrices,
} from './matrices.ts'; // biome-ignore format: one list
import { reflect, reflector } from './qr.ts';

/** Two or three iterations find an eigenvalue as a rule. */
const MOST_ITERATIONS = 30;

/** Zeros below the first subdiagonal by reflections, H = Q^T A Q: [H, Q]. */
function hessenberg(a: Tensor): readonly [Tensor, Tensor] {
  const [batch, size] = a.shape as readonly [number, number];
  const steps = Math.max(0, size - 2);
  const { carry } = scan(
    (given, basis, k) => {
      const v = reflector(columnAt(given as Tensor, k as Tensor), lax.add(k as Tensor, lax.scalar(1, 'int32')));
      const fromRight = (x: Tensor): Tensor => transposeMatrices(reflect(v, transposeMatrices(x)));
      return [fromRight(reflect(v, given as Tensor)), fromRight(basis as Tensor)];
    },
    { carry: [a, identityStack(batch, size, a.dtype)], xs: [stepNumbers(steps)], length: steps },
  );
  return carry as [Tensor, Tensor];
}

/** Element (row, column) of each matrix, where both are numbers per matrix [b]. */
function elementAt(x: Parts, row: Tensor, column: Tensor): Parts {
  const { shape } = x.real;
  const isAt = (axis: number, index: Tensor): Tensor =>
    lax.compare('equal', lax.iota('int32', shape, axis), lax.broadcast(index, shape, [0]));
  const isElement = lax.and(isAt(1, row), isAt(2, column));
  return each(x, (part) => lax.reduce('sum', lax.select(isElement, part, fullAs(part, 0)), [1, 2]));
}

const before = (index: Tensor): Tensor => lax.subtract(index, fullAs(index, 1));

/** The eigenvalue of the last active 2 x 2 block that is nearer to its last element (Wilkinson). */
function wilkinsonShift(h: Parts, last: Tensor): Parts {
  const [a, b] = [elementAt(h, before(last), before(last)), elementAt(h, before(last), last)];
  const [c, d] = [elementAt(h, last, before(last)), elementAt(h, last, last)];
  const half = each(subtract(a, d), (x) => lax.multiply(x, fullAs(x, 0.5)));
  const root = squareRoot(add(multiply(half, half), multiply(b, c)));
  // d - b c / (half +- root), the sign by which the divisor is larger.
  const [plus, minus] = [add(half, root), subtract(half, root)];
  const divisor = choose(lax.compare('greater', squaredSize(plus), squaredSize(minus)), plus, minus);
  const size = squaredSize(divisor);
  const isVoid = lax.compare('equal', size, fullAs(size, 0));
  const safe = { ...divisor, real: lax.select(isVoid, fullAs(size, 1), divisor.real) };
  return subtract(d, divide(multiply(b, c), safe));
}

/** One number per matrix [b] in the shape of part of its matrices [b, ...]. */
const spread = (value: Parts, like: Tensor): Parts => each(value, (x) => lax.broadcast(x, like.shape, [0]));

/** A matrix with its diagonal lowered by a number. */
function lowerDiagonal(h: Parts, shift: Parts): Parts {
  return subtract(
    h,
    each(spread(shift, h.real), (x) => keepTriangle(x, 'equal')),
  );
}

/** Writes two neighbouring rows or columns. */
function replace(x: Parts, first: Parts, second: Parts, k: Tensor, axis: 1 | 2): Parts {
  const zero = lax.scalar(0, 'int32');
  const starts = axis === 1 ? [zero, k, zero] : [zero, zero, k];
  const write = (part: Tensor, a: Tensor, b: Tensor): Tensor => lax.dynamic_update_slice(part, lax.concatenate([a, b], axis), starts);
  return { real: write(x.real, first.real, second.real), imag: write(x.imag, first.imag, second.imag) };
}

/** Rotations from the left that clear the subdiagonal up to `last`: the triangle, and cosines and sines [n - 1, b]. */
function rotateRows(h: Parts, last: Tensor): { readonly triangle: Parts; readonly rotations: readonly Tensor[] } {
  const size = rowsOf(h.real);
  const batch = h.real.shape[0] as number;
  const { carry, ys } = scan(
    (real, imag, step) => {
      const [current, k] = [{ real: real as Tensor, imag: imag as Tensor }, step as Tensor];
      const next = lax.add(k, lax.scalar(1, 'int32'));
      const [upper, lower] = [each(current, (x) => rowAt(x, k)), each(current, (x) => rowAt(x, next))];
      const head = (row: Parts): Parts => each(row, (x) => lax.reshape(columnAt(x, k), [batch]));
      const length = lax.sqrt(lax.add(squaredSize(head(upper)), squaredSize(head(lower))));
      const isIdle = lax.or(
        lax.compare('greater_equal', lax.broadcastTo(k, [batch]), last),
        lax.compare('equal', length, fullAs(length, 0)),
      );
      const unit = (z: Parts): Parts => each(z, (x) => lax.divide(x, lax.select(isIdle, fullAs(length, 1), length)));
      const none = { real: fullAs(length, 0), imag: fullAs(length, 0) };
      const cosine = choose(isIdle, { ...none, real: fullAs(length, 1) }, unit(head(upper)));
      const sine = choose(isIdle, none, unit(head(lower)));
      const [c, s] = [spread(cosine, upper.real), spread(sine, upper.real)];
      const first = add(multiply(conjugate(c), upper), multiply(conjugate(s), lower));
      const second = subtract(multiply(c, lower), multiply(s, upper));
      const turned = replace(current, first, second, k, 1);
      return [turned.real, turned.imag, cosine.real, cosine.imag, sine.real, sine.imag];
    },
    { carry: [h.real, h.imag], xs: [stepNumbers(size - 1)], length: size - 1 },
  );
  return { triangle: { real: carry[0] as Tensor, imag: carry[1] as Tensor }, rotations: ys };
}

/** The conjugate rotations from the right. */
function rotateColumns(x: Parts, rotations: readonly Tensor[]): Parts {
  const steps = (rotations[0] as Tensor).shape[0] as number;
  const { carry } = scan(
    (real, imag, step, cosineReal, cosineImag, sineReal, sineImag) => {
      const [current, k] = [{ real: real as Tensor, imag: imag as Tensor }, step as Tensor];
      const next = lax.add(k, lax.scalar(1, 'int32'));
      const [left, right] = [each(current, (part) => columnAt(part, k)), each(current, (part) => columnAt(part, next))];
      const c = spread({ real: cosineReal as Tensor, imag: cosineImag as Tensor }, left.real);
      const s = spread({ real: sineReal as Tensor, imag: sineImag as Tensor }, left.real);
      const first = add(multiply(left, c), multiply(right, s));
      const second = subtract(multiply(right, conjugate(c)), multiply(left, conjugate(s)));
      const turned = replace(current, first, second, k, 2);
      return [turned.real, turned.imag];
    },
    { carry: [x.real, x.imag], xs: [stepNumbers(steps), ...rotations], length: steps },
  );
  return { real: carry[0] as Tensor, imag: carry[1] as Tensor };
}

/** Whether the subdiagonal element before `last` counts as zero beside its neighbours. */
function isSeparated(h: Parts, last: Tensor): Tensor {
  const size = (row: Tensor, column: Tensor): Tensor => lax.sqrt(squaredSize(elementAt(h, row, column)));
  const beside = lax.add(size(before(last), before(last)), size(last, last));
  return lax.compare('less_equal', size(last, before(last)), lax.multiply(beside, fullAs(beside, precisionOf(h.real))));
}

/** One step for all matrices of a stack: [h, z, last] with the active part 0..last of each. */
function iterate(h: Parts, z: Parts, given: Tensor, count: Tensor): readonly [Parts, Parts, Tensor] {
  const isDone = lax.and(isSeparated(h, given), lax.compare('greater', given, fullAs(given, 0)));
  const last = lax.select(isDone, before(given), given);
  // Now and then another shift, for matrices that the usual one leaves as they are.
  const usual = wilkinsonShift(h, last);
  const isStuck = lax.compare('equal', lax.remainder(count, lax.scalar(10, 'int32')), lax.scalar(9, 'int32'));
  const kick = lax.sqrt(squaredSize(elementAt(h, last, before(last))));
  const shift = { ...usual, real: lax.select(lax.broadcastTo(isStuck, kick.shape), lax.add(usual.real, kick), usual.real) };
  const { triangle, rotations } = rotateRows(lowerDiagonal(h, shift), last);
  const turned = rotateColumns(triangle, rotations);
  return [lowerDiagonal(turned, each(shift, lax.negative)), rotateColumns(z, rotations), last];
}

/** The triangular form T and the unitary Z of A = Z T Z^H. */
function schurForm(a: Tensor): readonly [Parts, Parts] {
  const [batch, size] = a.shape as readonly [number, number];
  const [h, q] = hessenberg(a);
  const none = fullAs(a, 0);
  if (size < 2)
    return [
      { real: h, imag: none },
      { real: q, imag: none },
    ];
  const start = [h, none, q, none, lax.full([batch], size - 1, 'int32'), lax.scalar(0, 'int32')];
  const [hReal, hImag, zReal, zImag] = whileLoop(
    (_hr, _hi, _zr, _zi, last, count) =>
      lax.and(
        lax.reduce('or', lax.compare('greater', last as Tensor, fullAs(last as Tensor, 0)), [0]),
        lax.compare('less', count as Tensor, lax.scalar(MOST_ITERATIONS * size, 'int32')),
      ),
    (hr, hi, zr, zi, last, count) => {
      const [t, z, next] = iterate(
        { real: hr as Tensor, imag: hi as Tensor },
        { real: zr as Tensor, imag: zi as Tensor },
        last as Tensor,
        count as Tensor,
      );
      return [t.real, t.imag, z.real, z.imag, next, lax.add(count as Tensor, lax.scalar(1, 'int32'))];
    },
    start,
  ) as [Tensor, Tensor, Tensor, Tensor];
  return [
    { real: hReal, imag: hImag },
    { real: zReal, imag: zImag },
  ];
}

/** Vectors of a triangular T, in columns: row i of column k > i is -(sum over j > i of t_ij x_jk) / (t_ii - t_kk). */
function triangularVectors(t: Parts): Parts {
  const { shape } = t.real;
  const [batch, size] = shape as readonly [number, number, number];
  const values = each(t, diagonalOf);
  const above = each(t, (x) => keepTriangle(x, 'less'));
  const scale = lax.reduce('max', lax.sqrt(squaredSize(t)), [1, 2]);
  const least = lax.maximum(lax.multiply(scale, fullAs(scale, precisionOf(t.real))), fullAs(scale, 1e-30));
  const zero = lax.scalar(0, 'int32');
  const { carry } = scan(
    (real, imag, step) => {
      const [x, i] = [{ real: real as Tensor, imag: imag as Tensor }, step as Tensor];
      const sum = multiply(each(above, (part) => rowAt(part, i)), x, multiplyStacks); // biome-ignore format: one formula
      const own = each(values, (part) => lax.dynamic_slice(part, [zero, i], [batch, 1]));
      const gap = subtract(each(own, (part) => lax.broadcast(part, [batch, size], [0, 1])), values); // biome-ignore format: one formula
      const isClose = lax.compare('less', squaredSize(gap), lax.broadcast(lax.multiply(least, least), [batch, size], [0]));
      const safe = choose(isClose, { real: lax.broadcast(least, [batch, size], [0]), imag: fullAs(gap.imag, 0) }, gap);
      const row = each(
        divide(
          sum,
          each(safe, (part) => lax.reshape(part, [batch, 1, size])),
        ),
        lax.negative,
      );
      const isRight = lax.compare('greater', lax.iota('int32', row.real.shape, 2), lax.broadcastTo(i, row.real.shape));
      const next = choose(
        isRight,
        row,
        each(x, (part) => rowAt(part, i)),
      );
      return [lax.dynamic_update_slice(x.real, next.real, [zero, i, zero]), lax.dynamic_update_slice(x.imag, next.imag, [zero, i, zero])];
    },
    { carry: [identityStack(batch, size, t.real.dtype), fullAs(t.real, 0)], xs: [stepNumbers(size)], length: size, reverse: true },
  );
  return { real: carry[0] as Tensor, imag: carry[1] as Tensor };
}

/** Columns of length 1 whose largest component is a positive number. */
function normalizeColumns(x: Parts): Parts {
  const sizes = squaredSize(x);
  const { shape } = sizes;
  const largest = lax.arg_reduce('max', sizes, 1);
  const isLargest = lax.compare('equal', lax.iota('int32', shape, 1), lax.broadcast(largest, shape, [0, 2]));
  const pivot = each(x, (part) => lax.reduce('sum', lax.select(isLargest, part, fullAs(part, 0)), [1]));
  const length = lax.sqrt(lax.reduce('sum', sizes, [1]));
  const phase = each(pivot, (part) => lax.divide(part, lax.sqrt(squaredSize(pivot))));
  const factor = each(conjugate(phase), (part) => lax.divide(part, length));
  return multiply(x, each(factor, (part) => lax.broadcast(part, shape, [0, 2]))); // biome-ignore format: one formula
}

/** The parts of values and vectors: real, imaginary, real, imaginary. */
const eigenParts = defineOp('eig', ['x'], (x: TensorLike): Tensor[] => {
  const given = toSquare(x);
  const [t, z] = schurForm(lax.stop_gradient(toStack(given)));
  const vectors = normalizeColumns(multiply(z, triangularVectors(t), multiplyStacks));
  const values = each(t, (part) => lax.reshape(diagonalOf(part), given.shape.slice(0, -1)));
  return [values.real, values.imag, fromStack(vectors.real, given), fromStack(vectors.imag, given)];
});

/**
 * Eigenvalues and eigenvectors (in columns) of square matrices, complex and in no particular order: `[values, vectors]`. They have no
 * gradient; those of symmetric matrices have one with `eigh`.
 */
export function eig(x: TensorLike): [ComplexTensor<Tensor>, ComplexTensor<Tensor>];
export function eig(x: TensorLike | KerasTensor): [ComplexTensor, ComplexTensor];
export function eig(x: TensorLike | KerasTensor): [ComplexTensor, ComplexTensor] {
  const [valueReal, valueImag, vectorReal, vectorImag] = eigenParts(x as TensorLike) as [Tensor, Tensor, Tensor, Tensor];
  return [new ComplexTensor(valueReal, valueImag), new ComplexTensor(vectorReal, vectorImag)];
}
