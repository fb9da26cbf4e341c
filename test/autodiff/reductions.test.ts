import { describe, expect, it } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { checkGradient, f64, randomTensor } from './check-gradient.ts';

const x = randomTensor([2, 5, 6, 3], 1, { low: 0.5, high: 2 });
const KINDS = ['sum', 'product', 'max', 'min'] as const;

/** Windows over the two axes in the middle. */
const WINDOWS = [
  {
    window: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilation: [1, 1],
  },
  {
    window: [2, 3],
    strides: [2, 3],
    padding: [
      [1, 0],
      [0, 2],
    ],
    dilation: [1, 1],
  },
  {
    window: [1, 2],
    strides: [3, 3],
    padding: [
      [0, 0],
      [1, 1],
    ],
    dilation: [1, 1],
  },
  {
    window: [3, 3],
    strides: [2, 1],
    padding: [
      [1, 1],
      [0, 2],
    ],
    dilation: [1, 1],
  },
  {
    window: [2, 2],
    strides: [1, 2],
    padding: [
      [0, 1],
      [1, 0],
    ],
    dilation: [2, 3],
  },
] as const;

describe('gradients of reductions', () => {
  for (const kind of KINDS) {
    it(`reduce ${kind} agrees with differences, once and twice`, () => {
      for (const axes of [[], [1], [0, 2], [0, 1, 2, 3]]) {
        const reduce = (x: Tensor): Tensor => lax.reduce(kind, lax.multiply(x, x), axes);
        checkGradient((x) => [reduce(x)], [x]);
      }
      const small = randomTensor([2, 3], 4);
      const once = (x: Tensor): Tensor[] => pullBack([lax.reduce(kind, x, [1])], [f64([2], 0.5, -2)], [x]) as Tensor[];
      checkGradient(once, [small]);
    });
    it(`reduce_window ${kind} agrees with differences`, () => {
      for (const { window, strides, padding, dilation } of WINDOWS) {
        const params = {
          kind,
          window: [1, ...window, 1],
          strides: [1, ...strides, 1],
          padding: [[0, 0], ...padding, [0, 0]] as const,
          dilation: [1, ...dilation, 1],
        };
        checkGradient((x) => [lax.reduce_window(x, params)], [x]);
      }
    });
    it(`cumulative ${kind} agrees with differences`, () => {
      for (const reverse of [false, true]) checkGradient((x) => [lax.cumulative(x, { kind, axis: 2, reverse })], [x]);
    });
  }
  it('a product with zeros has the products of the others', () => {
    checkGradient((x) => [lax.reduce('product', x, [1])], [f64([2, 3], 0, 2, 3, 0, 0, 5)]);
  });
  it('equal extremes of a reduction share, the first of a window takes all', () => {
    const tie = f64([4], 1, 3, 3, 3);
    const [shared] = pullBack([lax.reduce('max', tie, [0])], [f64([], 1)], [tie]);
    expect([...(shared as Tensor).data]).toEqual([0, 1 / 3, 1 / 3, 1 / 3]);
    for (const stride of [4, 1]) {
      const window = { kind: 'max', window: [4], strides: [stride], padding: [[0, 0]], dilation: [1] } as const;
      const [first] = pullBack([lax.reduce_window(tie, window)], [f64([1], 1)], [tie]);
      expect([...(first as Tensor).data]).toEqual([0, 1, 0, 0]);
    }
  });
  it('sort passes each cotangent to where the element came from', () => {
    const [key, other] = [randomTensor([3, 4, 2], 5), randomTensor([3, 4, 2], 6)];
    checkGradient((key, other) => lax.sort([key, other], 1), [key, other]);
    checkGradient((key, other) => [lax.multiply(...(lax.sort([key, other], 1) as [Tensor, Tensor]))], [key, other]);
  });
  it('top_k passes each cotangent to the element that was picked', () => {
    checkGradient((x) => lax.top_k(x, 2), [randomTensor([3, 5], 7)]);
  });
});
