import fc from 'fast-check';
import { describe, it } from 'vitest';
import { PRIMITIVES } from '../../compiler/ir/primitives/index.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { tensorOf } from '../../compiler/trace/tensor.ts';
import { checkGradient, randomTensor } from './check-gradient.ts';

/** Repeatable, and small enough for differences in every element. */
const RUNS = { numRuns: 40, seed: 7 } as const;
const small = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const pair = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<[T, T]> => fc.tuple(item, item);

describe('gradient rules on random shapes and parameters', () => {
  it('convolution agrees with differences', () => {
    const choices = fc.record({
      groups: small(3),
      channels: small(2),
      outputs: small(2),
      size: pair(small(5)),
      kernel: pair(small(3)),
      strides: pair(small(3)),
      padding: pair(pair(small(2, -1))),
      inputDilation: pair(small(2)),
      kernelDilation: pair(small(2)),
      byBatch: fc.boolean(),
    });
    const check = fc.property(choices, ({ groups, channels, outputs, size, kernel, byBatch, ...params }) => {
      const [featureGroups, batchGroups] = byBatch ? [1, groups] : [groups, 1];
      const x = randomTensor([2 * batchGroups, ...size, channels * featureGroups], 1);
      const weights = randomTensor([...kernel, channels, outputs * groups], 2);
      const full = { ...params, featureGroups, batchGroups };
      const [result] = PRIMITIVES.convolution.infer([x, weights], full);
      fc.pre(result?.shape.every((dim) => dim > 0) ?? false);
      checkGradient((a, b) => [lax.convolution(a, b, full)], [x, weights]);
    });
    fc.assert(check, RUNS);
  });

  it('reduce_window agrees with differences', () => {
    const choices = fc.record({
      kind: fc.constantFrom('sum', 'max', 'min', 'product'),
      size: pair(small(6)),
      window: pair(small(3)),
      strides: pair(small(3)),
      padding: pair(pair(small(1, 0))),
      dilation: pair(small(2)),
    });
    const check = fc.property(choices, ({ size, ...params }) => {
      const x = randomTensor(size, 3, { low: 0.5, high: 2 });
      const [result] = PRIMITIVES.reduce_window.infer([x], params);
      // A window of padding alone has no finite extreme.
      const values = lax.reduce_window(x, params);
      fc.pre((result?.shape.every((dim) => dim > 0) ?? false) && (values.data as Float64Array).every(Number.isFinite));
      checkGradient((a) => [lax.reduce_window(a, params)], [x]);
    });
    fc.assert(check, RUNS);
  });

  it('dot_general agrees with differences', () => {
    const axis = fc.record({ size: small(3), role: fc.constantFrom('batch', 'contracted', 'left', 'right') });
    const check = fc.property(fc.array(axis, { minLength: 1, maxLength: 5 }), fc.infiniteStream(small(1000, 0)), (axes, order) => {
      const shuffled = (roles: readonly string[]): number[] =>
        axes
          .flatMap(({ role }, index) => (roles.includes(role) ? [[order.next().value as number, index]] : []))
          .sort(([a], [b]) => (a as number) - (b as number))
          .map(([, index]) => index as number);
      const [lhs, rhs] = [shuffled(['batch', 'contracted', 'left']), shuffled(['batch', 'contracted', 'right'])];
      const places = (side: readonly number[], wanted: string): number[] =>
        axes.flatMap(({ role }, index) => (role === wanted ? [side.indexOf(index)] : []));
      const shapeOf = (side: readonly number[]): number[] => side.map((index) => axes[index]?.size as number);
      const params = {
        lhsBatch: places(lhs, 'batch'),
        rhsBatch: places(rhs, 'batch'),
        lhsContracting: places(lhs, 'contracted'),
        rhsContracting: places(rhs, 'contracted'),
      };
      checkGradient((a, b) => [lax.dot_general(a, b, params)], [randomTensor(shapeOf(lhs), 4), randomTensor(shapeOf(rhs), 5)]);
    });
    fc.assert(check, RUNS);
  });

  it('gather and scatter agree with differences, inside and outside', () => {
    const choices = fc.record({ rows: small(4), width: small(3), index: fc.array(small(5, -2), { minLength: 1, maxLength: 5 }) });
    const numbers = { offsetAxes: [1], collapsedAxes: [0], operandBatchAxes: [], indicesBatchAxes: [], startIndexMap: [0] };
    const check = fc.property(choices, fc.constantFrom('add', 'max', 'min', 'multiply'), ({ rows, width, index }, kind) => {
      const x = randomTensor([rows, width], 6);
      const indices = tensorOf('int32', [index.length, 1], Int32Array.from(index));
      checkGradient((a) => [lax.gather(a, indices, { ...numbers, sliceSizes: [1, width] })], [x]);
      const updates = randomTensor([index.length, width], 7);
      checkGradient((a, b) => [lax.scatter(a, indices, b, { ...numbers, kind })], [x, updates]);
    });
    fc.assert(check, RUNS);
  });
});
