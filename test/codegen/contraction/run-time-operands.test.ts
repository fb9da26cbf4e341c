// Contractions none of whose operands is known when the program is built: attention, and all of training.
import { describe, it } from 'vitest';
import { lax } from '../../../compiler/trace/lax.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { expectContraction, expectWinograd } from './expect-contraction.ts';

interface DotAxes {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch?: readonly [readonly number[], readonly number[]];
}

const dot = (a: Tensor, b: Tensor, { contract, batch = [[], []] }: DotAxes): Tensor =>
  lax.dot_general(a, b, { lhsContracting: contract[0], rhsContracting: contract[1], lhsBatch: batch[0], rhsBatch: batch[1] });

interface ConvolutionAxes {
  readonly stride?: number;
  readonly padding?: readonly [number, number];
  readonly inputDilation?: number;
  readonly kernelDilation?: number;
}

function convolve(
  x: Tensor,
  kernel: Tensor,
  { stride = 1, padding = [0, 0], inputDilation = 1, kernelDilation = 1 }: ConvolutionAxes = {},
): Tensor {
  return lax.convolution(x, kernel, {
    strides: [stride, stride],
    padding: [padding, padding],
    inputDilation: [inputDilation, inputDilation],
    kernelDilation: [kernelDilation, kernelDilation],
    featureGroups: 1,
    batchGroups: 1,
  });
}

/** The kernel's gradient of a convolution with `kernel` taps, `stride` and `before` zeros on each side. */
function kernelGradient(x: Tensor, dy: Tensor, kernel: number, stride = 1, before = 0): Tensor {
  const after = ((dy.shape[1] as number) - 1) * stride + kernel - (x.shape[1] as number) - before;
  const options = { padding: [before, after] as const, kernelDilation: stride };
  return lax.transpose(convolve(lax.transpose(x, [3, 1, 2, 0]), lax.transpose(dy, [1, 2, 0, 3]), options), [1, 2, 0, 3]);
}

/** The input's gradient of the same convolution of an input with `size` pixels a side. */
function inputGradient(dy: Tensor, kernel: Tensor, size: number, stride = 1, before = 0): Tensor {
  const taps = kernel.shape[0] as number;
  const low = taps - 1 - before;
  const high = size - 1 - ((dy.shape[1] as number) - 1) * stride + before;
  return convolve(dy, lax.transpose(lax.reverse(kernel, [0, 1]), [0, 1, 3, 2]), { padding: [low, high], inputDilation: stride });
}

describe('products of matrices that are both computed', () => {
  it.each([
    [1, 1, 1],
    [5, 7, 3],
    [4, 16, 32],
    [64, 9, 33],
    [70, 37, 64],
    [5, 130, 129],
  ])('forward and both gradients: %i rows of %i by %i columns', (m, k, n) => {
    const outer = [
      [m, k],
      [k, n],
    ];
    expectContraction(outer, ([x, w]) => dot(x, w, { contract: [[1], [0]] }));
    const forX = [
      [m, n],
      [k, n],
    ];
    expectContraction(forX, ([dy, w]) => dot(dy, w, { contract: [[1], [1]] }));
    const forW = [
      [m, k],
      [m, n],
    ];
    expectContraction(forW, ([x, dy]) => dot(x, dy, { contract: [[0], [0]] }));
  });

  it('flattens images before a dense layer, forward and backward', () => {
    const images = [6, 3, 4, 16];
    const flat = (x: Tensor): Tensor => lax.reshape(x, [6, 192]);
    expectContraction([images, [192, 20]], ([x, w]) => dot(flat(x), w, { contract: [[1], [0]] }));
    expectContraction([images, [6, 20]], ([x, dy]) => dot(flat(x), dy, { contract: [[0], [0]] }));
  });

  it('adds a bias and a residual', () => {
    expectContraction([[6, 20], [20, 48], [48], [6, 48]], ([x, w, bias, rest]) => {
      const y = dot(x, w, { contract: [[1], [0]] });
      return lax.add(lax.maximum(lax.add(y, lax.broadcastTo(bias, y.shape)), lax.full(y.shape, 0, 'float32')), rest);
    });
  });

  it('makes the operand that lies along the result the one that fills vectors', () => {
    expectContraction(
      [
        [20, 6],
        [9, 20],
      ],
      ([w, x]) => lax.transpose(dot(w, x, { contract: [[0], [1]] }), [0, 1]),
    );
  });
});

describe('batched products', () => {
  const batch = [
    [0, 2],
    [0, 2],
  ] as const;

  it.each([
    [2, 5, 3, 7],
    [1, 16, 2, 32],
    [3, 20, 1, 9],
  ])('scores and mixtures of attention: batch %i, %i positions, %i heads of %i', (samples, positions, heads, size) => {
    const operand = [samples, positions, heads, size];
    expectContraction([operand, operand], ([q, k]) => dot(q, k, { contract: [[3], [3]], batch }));
    expectContraction([[samples, heads, positions, positions], operand], ([p, v]) =>
      dot(p, v, {
        contract: [[3], [1]],
        batch: [
          [0, 1],
          [0, 2],
        ],
      }),
    );
  });

  it('projections to and from heads, and the gradient of their kernel', () => {
    expectContraction(
      [
        [2, 5, 24],
        [24, 3, 16],
      ],
      ([x, w]) => dot(x, w, { contract: [[2], [0]] }),
    );
    expectContraction(
      [
        [2, 5, 3, 16],
        [3, 16, 24],
      ],
      ([x, w]) =>
        dot(x, w, {
          contract: [
            [2, 3],
            [0, 1],
          ],
        }),
    );
    expectContraction(
      [
        [2, 5, 24],
        [2, 5, 3, 16],
      ],
      ([x, dy]) =>
        dot(x, dy, {
          contract: [
            [0, 1],
            [0, 1],
          ],
        }),
    );
  });
});

describe('convolutions with kernels that are computed', () => {
  it.each([
    { channels: 3, filters: 17, kernel: 3, stride: 1, before: 0 },
    { channels: 16, filters: 32, kernel: 3, stride: 1, before: 1 },
    { channels: 32, filters: 16, kernel: 1, stride: 2, before: 0 },
    { channels: 1, filters: 20, kernel: 5, stride: 2, before: 2 },
    { channels: 20, filters: 7, kernel: 2, stride: 2, before: 0 },
    { channels: 48, filters: 32, kernel: 3, stride: 2, before: 1 },
  ])('forward and both gradients: $channels channels to $filters, kernel $kernel, stride $stride, padding $before', (options) => {
    const { channels, filters, kernel, stride, before } = options;
    const size = 9;
    const after = Math.floor((size + 2 * before - kernel) / stride) + 1;
    const x = [2, size, size, channels];
    const w = [kernel, kernel, channels, filters];
    const dy = [2, after, after, filters];
    expectContraction([x, w], ([input, weights]) => convolve(input, weights, { stride, padding: [before, before] }));
    // A result of one channel has no vectors to fill.
    if (channels > 1) expectContraction([dy, w], ([cotangent, weights]) => inputGradient(cotangent, weights, size, stride, before));
    expectContraction([x, dy], ([input, cotangent]) => kernelGradient(input, cotangent, kernel, stride, before));
  });
});

describe("Winograd's method with filters that are computed", () => {
  it.each([
    [1, 14, 14, 32, 32],
    [4, 9, 10, 32, 48],
    [5, 8, 8, 48, 32],
  ])('forward and the input gradient: %i samples of %i x %i, %i channels to %i', (samples, height, width, channels, filters) => {
    const w = [3, 3, channels, filters];
    expectWinograd([[samples, height, width, 1], w], ([x, kernel]) => {
      const wide = lax.broadcast(lax.reshape(x, [samples, height, width]), [samples, height, width, channels], [0, 1, 2]);
      return convolve(scaled(wide), kernel, { padding: [1, 1] });
    });
    expectWinograd([[samples, height, height, 1], w], ([dy, kernel]) => {
      const wide = lax.broadcast(lax.reshape(dy, [samples, height, height]), [samples, height, height, filters], [0, 1, 2]);
      return inputGradient(scaled(wide), kernel, height, 1, 1);
    });
  });
});

/** Another number for each channel, in memory of its own, which may have a halo. */
function scaled(x: Tensor): Tensor {
  const factors = lax.broadcast(lax.iota('float32', [x.shape[3] as number], 0), x.shape, [3]);
  return lax.multiply(x, lax.sin(factors));
}

describe('reductions much longer than their results', () => {
  it.each([
    { samples: 2, size: 40, channels: 1, filters: 20, kernel: 3, stride: 1 },
    { samples: 3, size: 31, channels: 3, filters: 32, kernel: 5, stride: 1 },
    { samples: 1, size: 97, channels: 4, filters: 6, kernel: 3, stride: 2 },
    { samples: 2, size: 36, channels: 32, filters: 16, kernel: 1, stride: 1 },
  ])('the gradient of $kernel x $kernel kernels of $channels to $filters channels, stride $stride', (options) => {
    const { samples, size, channels, filters, kernel, stride } = options;
    const after = Math.floor((size - kernel) / stride) + 1;
    expectContraction(
      [
        [samples, size, size, channels],
        [samples, after, after, filters],
      ],
      ([x, dy]) => kernelGradient(x, dy, kernel, stride),
    );
  });

  it('keeps what comes after the sum', () => {
    expectContraction([[2111, 7], [2111, 33], [33]], ([x, dy, decay]) => {
      const gradient = dot(x, dy, { contract: [[0], [0]] });
      return lax.add(gradient, lax.broadcastTo(decay, gradient.shape));
    });
  });

  it('sums for each position of a batch', () => {
    expectContraction(
      [
        [2, 3000, 4],
        [2, 9, 3000],
      ],
      ([a, b]) =>
        dot(a, b, {
          contract: [[1], [2]],
          batch: [[0], [0]],
        }),
    );
  });
});
