import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { numbersOf, sample, worstDifference } from './numbers.ts';

/** What float32 loses in a product of n x n matrices that are good to some units in the last place each. */
const bound = (n: number): number => 40 * n * 2 ** -24;

const product = (...factors: Tensor[]): Tensor => factors.reduce((a, b) => ops.matmul(a, b));
const turned = (x: Tensor): Tensor => ops.swapaxes(x, -1, -2);
const isClose = (found: Tensor, expected: Tensor, n: number): void =>
  expect(worstDifference(numbersOf(found), numbersOf(expected))).toBeLessThan(bound(n));

/** Symmetric positive definite. */
const definite = (batch: number, n: number): Tensor => {
  const root = sample([batch, n, n], 0.7);
  return ops.add(ops.matmul(root, turned(root)), ops.eye(n));
};

describe('linear algebra', () => {
  it('takes matrices apart into factors whose product is the matrix', () => {
    for (const n of [1, 2, 5, 12]) {
      const a = sample([2, n, n], 1.3);
      const spd = definite(2, n);
      const root = ops.cholesky(spd);
      isClose(product(root, turned(root)), spd, n * n);
      isClose(ops.cholesky(spd, { upper: true }), turned(root), n);
      const [q, r] = ops.qr(a) as [Tensor, Tensor];
      isClose(product(q, r), a, n);
      const [u, s, vt] = ops.svd(a) as [Tensor, Tensor, Tensor];
      isClose(product(ops.multiply(u, ops.expandDims(s, -2)), vt), a, n);
      const [values, vectors] = ops.eigh(spd) as [Tensor, Tensor];
      isClose(product(ops.multiply(vectors, ops.expandDims(values, -2)), turned(vectors)), spd, n * n);
    }
  });

  it('gives orthogonal factors of wide, tall and singular matrices, the vectors of vanished values included', () => {
    const low = ops.matmul(sample([6, 2]), sample([2, 5], 0.6));
    for (const x of [sample([7, 3]), sample([3, 7]), low]) {
      const [rows, columns] = x.shape as [number, number];
      const [u, s, vt] = ops.svd(x) as [Tensor, Tensor, Tensor];
      isClose(product(turned(u), u), ops.eye(rows), rows);
      isClose(product(vt, turned(vt)), ops.eye(columns), columns);
      expect(numbersOf(s)).toEqual([...numbersOf(s)].sort((a, b) => b - a));
      const [q] = ops.qr(x, { mode: 'complete' }) as [Tensor];
      isClose(product(turned(q), q), ops.eye(rows), rows);
    }
    expect(ops.matrixRank(low).item()).toBe(2);
    const pseudo = ops.pinv(low);
    isClose(product(low, pseudo, low), low, 20);
  });

  it('reads one triangle of symmetric and triangular matrices', () => {
    const spd = definite(1, 4);
    const lower = ops.add(ops.tril(spd), ops.triu(ops.multiply(ops.onesLike(spd), 99), { k: 1 }));
    isClose(ops.cholesky(lower), ops.cholesky(spd), 4);
    isClose((ops.eigh(lower) as Tensor[])[0] as Tensor, (ops.eigh(spd) as Tensor[])[0] as Tensor, 16);
    isClose(ops.solveTriangular(lower, ops.ones([1, 4]), { lower: true }), ops.solve(ops.tril(spd), ops.ones([1, 4])), 40);
  });

  it('solves systems that need rows to be exchanged', () => {
    const a = [
      [0, 2, 1],
      [1, 0, 3],
      [4, 1, 0],
    ];
    const x = ops.solve(a, [5, 10, 6]);
    isClose(ops.matmul(a, x), ops.convertToTensor([5, 10, 6], { dtype: 'float32' }), 3);
    expect(ops.det(a).item()).toBeCloseTo(25, 4);
    const [sign, logarithm] = ops.slogdet([
      [0, 1],
      [2, 0],
    ]) as [Tensor, Tensor];
    expect([sign.item(), logarithm.item()]).toEqual([-1, Math.fround(Math.log(2))]);
    isClose(product(ops.convertToTensor(a, { dtype: 'float32' }), ops.inv(a)), ops.eye(3), 3);
  });

  it('finds the determinant of a singular matrix to be 0', () => {
    expect(
      ops
        .det([
          [1, 2],
          [2, 4],
        ])
        .item(),
    ).toBeCloseTo(0, 12);
  });

  it('fits the least squares of more equations than unknowns, as the normal equations do', () => {
    const [a, b] = [ops.add(sample([9, 3]), ops.eye(9, { M: 3 })), sample([9, 2], 0.4)];
    const normal = ops.solve(ops.matmul(turned(a), a), ops.matmul(turned(a), b));
    isClose(ops.lstsq(a, b), normal, 100);
  });

  it('measures matrices by their singular values', () => {
    const x = sample([4, 3]);
    const s = numbersOf(ops.svd(x, { computeUv: false }) as Tensor);
    expect(ops.norm(x, { ord: 2, axis: [0, 1] }).item()).toBeCloseTo(s[0] as number, 5);
    expect(ops.norm(x, { ord: -2, axis: [0, 1] }).item()).toBeCloseTo(s[2] as number, 5);
    expect(ops.norm(x, { ord: 'nuc' }).item()).toBeCloseTo(
      s.reduce((a, b) => a + b, 0),
      5,
    );
    expect(ops.norm(x, { ord: 'nuc', keepdims: true }).shape).toEqual([1, 1]);
  });

  it('finds the complex eigenvalues and vectors of any square matrix', () => {
    const turn = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ];
    for (const a of [ops.convertToTensor([turn], { dtype: 'float32' }), ops.add(sample([2, 7, 7]), ops.triu(sample([7, 7], 0.37)))]) {
      const [{ real, imag }, vectors] = ops.eig(a);
      const [re, im] = [ops.expandDims(real, 1), ops.expandDims(imag, 1)];
      const n = 4 * (a.shape[1] as number);
      isClose(ops.matmul(a, vectors.real), ops.subtract(ops.multiply(vectors.real, re), ops.multiply(vectors.imag, im)), n);
      isClose(ops.matmul(a, vectors.imag), ops.add(ops.multiply(vectors.real, im), ops.multiply(vectors.imag, re)), n);
      isClose(ops.sum(real, { axis: 1 }), ops.trace(a, { axis1: 1, axis2: 2 }), n);
    }
  });

  it('says what is wrong with the shapes', () => {
    expect(() => ops.inv(sample([2, 3]))).toThrow(/Received non-square input with shape \(2, 3\)/);
    expect(() => ops.cholesky(sample([3]))).toThrow(/rank >= 2/);
    expect(() => ops.solve(sample([3, 3]), sample([4, 2]))).toThrow(/Incompatible shapes between `a` and `b`/);
    expect(() => ops.qr(sample([3, 3]), { mode: 'full' as 'complete' })).toThrow(/`mode` argument value not supported/);
    expect(() => ops.norm(sample([3]), { ord: 'nuc' })).toThrow(/Invalid `ord`/);
  });

  it('is not a number where a matrix has no Cholesky factor', () => {
    expect(
      numbersOf(
        ops.cholesky([
          [1, 2],
          [2, 1],
        ]),
      ).some(Number.isNaN),
    ).toBe(true);
  });
});
