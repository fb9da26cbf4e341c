import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, sample, worstDifference } from './numbers.ts';

/** Einstein summation by loops over all labels, as the definition says. */
function einsumByLoops(subscripts: string, operands: readonly Tensor[]): number[] {
  const [inputs = '', output = ''] = subscripts.split('->');
  const terms = inputs.split(',');
  const sizes = new Map(
    terms.flatMap((term, index) => [...term].map((label, axis) => [label, operands[index]?.shape[axis] as number] as const)),
  );
  const labels = [...new Set([...output, ...sizes.keys()])];
  const values = operands.map(numbersOf);
  const result = new Array<number>([...output].reduce((product, label) => product * (sizes.get(label) as number), 1)).fill(0);
  const place = (term: string, at: ReadonlyMap<string, number>): number =>
    [...term].reduce((flat, label) => flat * (sizes.get(label) as number) + (at.get(label) as number), 0);
  const walk = (depth: number, at: Map<string, number>): void => {
    const label = labels[depth];
    if (label === undefined) {
      const product = terms.reduce((total, term, index) => total * (values[index]?.[place(term, at)] as number), 1);
      const target = place(output, at);
      result[target] = (result[target] as number) + product;
      return;
    }
    for (let index = 0; index < (sizes.get(label) as number); index++) walk(depth + 1, at.set(label, index));
  };
  walk(0, new Map());
  return result;
}

describe('einsum', () => {
  it.each([
    [
      'ij,jk->ik',
      [
        [3, 4],
        [4, 5],
      ],
    ],
    [
      'bij,bjk->bik',
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
    ],
    [
      'bhqd,bhkd->bhqk',
      [
        [2, 2, 3, 4],
        [2, 2, 5, 4],
      ],
    ],
    ['ii->i', [[4, 4]]],
    ['ij->', [[3, 4]]],
    ['ij->ji', [[3, 4]]],
    ['i,j->ij', [[3], [4]]],
    [
      'ij,jk,kl->il',
      [
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    ],
    [
      'ijk,jil->kl',
      [
        [2, 3, 4],
        [3, 2, 5],
      ],
    ],
  ])('computes %s as loops over all labels do', (subscripts, shapes) => {
    const operands = shapes.map((shape, index) => sample(shape, index + 1));
    expect(worstDifference(numbersOf(ops.einsum(subscripts, ...operands)), einsumByLoops(subscripts, operands))).toBeLessThan(
      float32Error(24),
    );
  });

  it('lets an ellipsis stand for any axes', () => {
    const [x, kernel] = [sample([2, 3, 4]), sample([4, 5], 2)];
    expect(numbersOf(ops.einsum('...d,de->...e', x, kernel))).toEqual(numbersOf(ops.matmul(x, kernel)));
  });

  it('names the label whose sizes differ', () => {
    expect(() => ops.einsum('ij,jk->ik', sample([2, 3]), sample([4, 5]))).toThrow(/Dimension 'j' of einsum "ij,jk->ik" has sizes 3 and 4/);
  });
});

describe('matmul', () => {
  it('broadcasts leading axes', () => {
    const [x, y] = [sample([2, 1, 3, 4]), sample([5, 4, 2], 2)];
    const product = ops.matmul(x, y);
    expect(product.shape).toEqual([2, 5, 3, 2]);
    expect(worstDifference(numbersOf(product), einsumByLoops('abij,cjk->acik', [ops.reshape(x, [2, 1, 3, 4]), y]))).toBeLessThan(
      float32Error(4),
    );
  });

  it('names both shapes where the inner dimensions differ', () => {
    expect(() => ops.matmul(sample([2, 3]), sample([4, 5]))).toThrow(/x1\.shape=\(2, 3\), x2\.shape=\(4, 5\)/);
  });
});
