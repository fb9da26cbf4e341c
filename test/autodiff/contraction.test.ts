import { describe, it } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import type { PrimitiveParams } from '../../compiler/ir/primitives/params.ts';
import type { Shape } from '../../compiler/ir/shape.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { checkGradient, randomTensor } from './check-gradient.ts';

type Dot = PrimitiveParams['dot_general'];
const dot = (lhsContracting: number[], rhsContracting: number[], lhsBatch: number[] = [], rhsBatch: number[] = []): Dot => ({
  lhsContracting,
  rhsContracting,
  lhsBatch,
  rhsBatch,
});

const PRODUCTS: readonly (readonly [string, Shape, Shape, Dot])[] = [
  ['a matrix product', [2, 3], [3, 4], dot([1], [0])],
  ['a product with a transposed matrix', [2, 3], [4, 3], dot([1], [1])],
  ['a product with both transposed', [3, 2], [4, 3], dot([0], [1])],
  ['a batch of products', [2, 3, 4], [2, 4, 2], dot([2], [1], [0], [0])],
  ['batch axes in the middle, in another order', [3, 2, 4, 5], [5, 2, 4, 3], dot([0], [3], [3, 1], [0, 1])],
  ['several contracted axes in another order', [2, 3, 4], [4, 5, 3], dot([1, 2], [2, 0])],
  ['an inner product', [4], [4], dot([0], [0])],
  ['an outer product', [2], [3], dot([], [])],
];

describe('gradients of dot_general', () => {
  for (const [name, lhs, rhs, params] of PRODUCTS) {
    it(`${name} agrees with differences, once and twice`, () => {
      const inputs = [randomTensor(lhs, 1), randomTensor(rhs, 2)];
      const product = (x: Tensor, y: Tensor): Tensor => lax.dot_general(x, y, params);
      checkGradient((x, y) => [product(x, y)], inputs);
      checkGradient((x, y) => pullBack([product(x, y)], [lax.sin(product(x, y))], [x, y]) as Tensor[], inputs);
    });
  }
});

type Convolution = PrimitiveParams['convolution'];
const PLAIN: Convolution = {
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  inputDilation: [1, 1],
  kernelDilation: [1, 1],
  featureGroups: 1,
  batchGroups: 1,
};
const CONVOLUTIONS: readonly (readonly [string, Shape, Shape, Partial<Convolution>])[] = [
  ['plain', [2, 4, 5, 3], [3, 2, 3, 2], {}],
  [
    'with padding',
    [1, 4, 5, 2],
    [3, 3, 2, 2],
    {
      padding: [
        [1, 1],
        [2, 0],
      ],
    },
  ],
  [
    'with more padding than kernel',
    [1, 3, 3, 1],
    [2, 2, 1, 2],
    {
      padding: [
        [3, 2],
        [0, 4],
      ],
    },
  ],
  [
    'with strides that leave a rest',
    [1, 6, 5, 2],
    [2, 3, 2, 1],
    {
      strides: [3, 2],
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
  ],
  ['with a dilated kernel', [1, 6, 7, 1], [2, 3, 1, 2], { kernelDilation: [3, 2], strides: [2, 1] }],
  [
    'with a dilated input',
    [1, 3, 4, 2],
    [3, 2, 2, 2],
    {
      inputDilation: [2, 3],
      padding: [
        [1, 2],
        [2, 1],
      ],
    },
  ],
  [
    'with everything',
    [1, 4, 3, 2],
    [2, 2, 2, 2],
    {
      strides: [2, 3],
      inputDilation: [2, 2],
      kernelDilation: [2, 1],
      padding: [
        [2, 1],
        [0, 3],
      ],
    },
  ],
  [
    'that crops its input',
    [1, 6, 6, 1],
    [2, 2, 1, 1],
    {
      padding: [
        [-1, 0],
        [0, -2],
      ],
    },
  ],
  ['with feature groups', [2, 4, 3, 6], [2, 2, 2, 9], { featureGroups: 3, strides: [2, 1] }],
  [
    'by depth',
    [2, 4, 4, 3],
    [2, 2, 1, 6],
    {
      featureGroups: 3,
      padding: [
        [1, 1],
        [1, 0],
      ],
    },
  ],
  [
    'with batch groups',
    [4, 3, 4, 2],
    [2, 2, 2, 6],
    {
      batchGroups: 2,
      strides: [1, 2],
      padding: [
        [0, 1],
        [1, 0],
      ],
    },
  ],
];

describe('gradients of convolution', () => {
  for (const [name, input, kernel, options] of CONVOLUTIONS) {
    it(`${name} agrees with differences, once and twice`, () => {
      const inputs = [randomTensor(input, 1), randomTensor(kernel, 2)];
      const convolve = (x: Tensor, y: Tensor): Tensor => lax.convolution(x, y, { ...PLAIN, ...options });
      checkGradient((x, y) => [convolve(x, y)], inputs);
      checkGradient((x, y) => pullBack([convolve(x, y)], [convolve(x, y)], [x, y]) as Tensor[], inputs);
    });
  }
  it('over one and three spatial axes agrees with differences', () => {
    const one: Convolution = { ...PLAIN, strides: [2], padding: [[1, 1]], inputDilation: [1], kernelDilation: [1] };
    checkGradient((x, y) => [lax.convolution(x, y, one)], [randomTensor([2, 5, 2], 1), randomTensor([3, 2, 2], 2)]);
    const axes = <T>(item: T): T[] => [item, item, item];
    const three: Convolution = {
      ...PLAIN,
      strides: axes(2),
      padding: axes([1, 0] as const),
      inputDilation: axes(1),
      kernelDilation: axes(1),
    };
    checkGradient((x, y) => [lax.convolution(x, y, three)], [randomTensor([1, 3, 3, 3, 1], 1), randomTensor([2, 2, 2, 1, 2], 2)]);
  });
});
