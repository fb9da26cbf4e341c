// Random products and convolutions of computed operands, with their gradients, against the reference. A failure prints its seed.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { pullBack } from '../../../compiler/autodiff/pull-back.ts';
import { lax } from '../../../compiler/trace/lax.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { expectCompiled } from './expect-contraction.ts';

const extent = fc.constantFrom(1, 2, 3, 4, 7, 8, 15, 16, 17, 32, 33);
const small = fc.constantFrom(1, 2, 3, 5);

/** A value and its gradients for both operands, for a cotangent that is a third input. */
const withGradients =
  (make: (a: Tensor, b: Tensor) => Tensor) =>
  ([a, b, cotangent]: readonly Tensor[]): Tensor[] => {
    const result = make(a as Tensor, b as Tensor);
    return [result, ...pullBack([result], [cotangent as Tensor], [a as Tensor, b as Tensor]).map((each) => each as Tensor)];
  };

/** The axes of an operand in any order: where each role went. */
const shuffled = (count: number): fc.Arbitrary<readonly number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, axis) => axis),
    { minLength: count, maxLength: count },
  );

describe('random contractions', () => {
  it('computes products over any axes, and their gradients', () => {
    fc.assert(
      fc.property(
        fc.record({ batch: small, m: extent, k: extent, n: extent, heads: small, left: shuffled(4), right: shuffled(4) }),
        ({ batch, m, k, n, heads, left, right }) => {
          // Roles: batch, heads, free, contracted.
          const shape = (order: readonly number[], free: number): number[] => order.map((role) => [batch, heads, free, k][role] as number);
          const params = {
            lhsBatch: [left.indexOf(0), left.indexOf(1)],
            rhsBatch: [right.indexOf(0), right.indexOf(1)],
            lhsContracting: [left.indexOf(3)],
            rhsContracting: [right.indexOf(3)],
          };
          const multiply = (a: Tensor, b: Tensor): Tensor => lax.dot_general(a, b, params);
          expectCompiled([shape(left, m), shape(right, n), [batch, heads, m, n]], withGradients(multiply));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('computes convolutions, and their gradients', () => {
    const options = fc.record({
      samples: small,
      channels: fc.constantFrom(1, 3, 16, 20, 32),
      filters: fc.constantFrom(1, 2, 16, 33),
      groups: fc.constantFrom(1, 1, 2),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })),
      size: fc.tuple(fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 })),
      stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })),
      dilation: fc.integer({ min: 1, max: 2 }),
      before: fc.integer({ min: 0, max: 2 }),
      after: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(options, ({ samples, channels, filters, groups, kernel, size, stride, dilation, before, after }) => {
        const reach = kernel.map((taps) => (taps - 1) * dilation + 1);
        const outputs = size.map((pixels, dim) =>
          Math.max(0, Math.floor((pixels + before + after - (reach[dim] as number)) / (stride[dim] as number)) + 1),
        );
        if (outputs.includes(0)) return;
        const convolve = (x: Tensor, weights: Tensor): Tensor =>
          lax.convolution(x, weights, {
            strides: stride,
            padding: [
              [before, after],
              [before, after],
            ],
            inputDilation: [1, 1],
            kernelDilation: [dilation, dilation],
            featureGroups: groups,
            batchGroups: 1,
          });
        expectCompiled(
          [
            [samples, ...size, channels * groups],
            [...kernel, channels, filters * groups],
            [samples, ...outputs, filters * groups],
          ],
          withGradients(convolve),
        );
      }),
      { numRuns: 20 },
    );
  });
});
