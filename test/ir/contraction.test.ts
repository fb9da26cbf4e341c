import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../compiler/ir/dtype.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { PrimitiveParams } from '../../compiler/ir/primitives/params.ts';
import { at, atOr, indices, random, sum, tabulate } from './by-index.ts';
import { array, elements, evaluate, f32, i32 } from './evaluate-primitive.ts';

type Dot = PrimitiveParams['dot_general'];
type Convolution = PrimitiveParams['convolution'];

const NO_AXES: Dot = { lhsBatch: [], rhsBatch: [], lhsContracting: [], rhsContracting: [] };
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

/** dot_general as a sum over index assignments: each axis is named, and axes of one name run together. */
function einsum(lhs: NDArray, lhsNames: string, rhs: NDArray, rhsNames: string, resultNames: string): NDArray {
  const sizes = new Map([
    ...[...lhsNames].map((name, axis) => [name, lhs.shape[axis] as number] as const),
    ...[...rhsNames].map((name, axis) => [name, rhs.shape[axis] as number] as const),
  ]);
  const summed = [...sizes.keys()].filter((name) => !resultNames.includes(name));
  return tabulate(
    [...resultNames].map((name) => sizes.get(name) as number),
    (index) =>
      sum(
        indices(summed.map((name) => sizes.get(name) as number)).map((inner) => {
          const position = (name: string): number =>
            (summed.includes(name) ? inner[summed.indexOf(name)] : index[resultNames.indexOf(name)]) as number;
          return at(lhs, [...lhsNames].map(position)) * at(rhs, [...rhsNames].map(position));
        }),
      ),
  );
}

describe('dot_general', () => {
  it('is the sum over contracted axes; results have batch, lhs and rhs axes in this order', () => {
    const axes = (names: string, wanted: string): number[] => [...wanted].map((name) => names.indexOf(name));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...'abkl'], { minLength: 4 }),
        fc.shuffledSubarray([...'bckl'], { minLength: 4 }),
        fc.nat(999),
        (left, right, seed) => {
          const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, k: 5, l: 2 };
          const [lhsNames, rhsNames] = [left.join(''), right.join('')];
          const lhs = random(
            left.map((name) => sizes[name] as number),
            seed,
          );
          const rhs = random(
            right.map((name) => sizes[name] as number),
            seed + 1,
          );
          const params = {
            lhsBatch: axes(lhsNames, 'b'),
            rhsBatch: axes(rhsNames, 'b'),
            lhsContracting: axes(lhsNames, 'lk'),
            rhsContracting: axes(rhsNames, 'lk'),
          };
          expect(evaluate('dot_general', params, lhs, rhs)).toEqual(einsum(lhs, lhsNames, rhs, rhsNames, 'bac'));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is an outer product without contracted axes and zero over an empty one', () => {
    expect(evaluate('dot_general', NO_AXES, f32([2], [1, 2]), f32([2], [3, 4]))).toEqual(f32([2, 2], [3, 4, 6, 8]));
    const empty = evaluate('dot_general', { ...NO_AXES, lhsContracting: [1], rhsContracting: [0] }, f32([2, 0], []), f32([0, 2], []));
    expect(empty).toEqual(f32([2, 2], [0, 0, 0, 0]));
  });

  it('wraps integers exactly and keeps NaN times zero', () => {
    const dot = (dtype: DType, x: readonly (number | bigint)[], y: readonly (number | bigint)[]) =>
      elements(
        evaluate(
          'dot_general',
          { ...NO_AXES, lhsContracting: [0], rhsContracting: [0] },
          array(dtype, [x.length], x),
          array(dtype, [y.length], y),
        ),
      );
    expect(dot('int32', [2147483647, 2147483647], [2147483647, 3])).toEqual([Number(BigInt.asIntN(32, 2147483647n * 2147483650n))]);
    expect(dot('uint8', [200, 200], [200, 3])).toEqual([(200 * 203) % 256]);
    expect(dot('uint64', [2n ** 63n, 5n], [2n, 7n])).toEqual([35n]);
    expect(dot('float32', [0, 1], [Number.NaN, 1])).toEqual([Number.NaN]);
    expect(dot('float16', [1, 2 ** -11], [1, 1])).toEqual([1]);
  });

  it('refuses axes that do not match', () => {
    expect(() => evaluate('dot_general', { ...NO_AXES, lhsContracting: [0], rhsContracting: [0] }, random([2], 1), random([3], 1))).toThrow(
      /must agree .* contracted \[0\] and \[0\]/,
    );
    expect(() => evaluate('dot_general', { ...NO_AXES, lhsContracting: [0], lhsBatch: [0] }, random([2], 1), random([2], 1))).toThrow(
      'distinct axes',
    );
    expect(() => evaluate('dot_general', NO_AXES, array('bool', [1], [1]), array('bool', [1], [1]))).toThrow('numeric operands');
  });
});

/** Convolution by definition: the dilated, padded input is read at stride * output + dilation * tap. */
function convolveByDefinition(input: NDArray, kernel: NDArray, params: Convolution, shape: readonly number[]): NDArray {
  const spatial = input.shape.length - 2;
  const [groupInputs, outputs] = kernel.shape.slice(-2) as [number, number];
  const batch = shape[0] as number;
  return tabulate(shape, (index) => {
    const channel = index.at(-1) as number;
    const featureGroup = Math.floor(channel / (outputs / params.featureGroups));
    const sample = (index[0] as number) + batch * Math.floor(channel / (outputs / params.batchGroups));
    return sum(
      indices(kernel.shape.slice(0, -1)).map((tap) => {
        const place = Array.from({ length: spatial }, (_, axis) => {
          const [stride, before, dilation, gap] = [
            params.strides,
            params.padding.map(([low]) => low),
            params.kernelDilation,
            params.inputDilation,
          ].map((list) => list[axis] as number) as [number, number, number, number];
          return ((index[axis + 1] as number) * stride - before + (tap[axis] as number) * dilation) / gap;
        });
        const value = place.every(Number.isInteger)
          ? atOr(input, [sample, ...place, featureGroup * groupInputs + (tap[spatial] as number)], 0)
          : 0;
        return value * at(kernel, [...tap, channel]);
      }),
    );
  });
}

describe('convolution', () => {
  const cases = fc.record({
    size: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
    window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.tuple(
      fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 })),
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    ),
    inputDilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
    kernelDilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    // [input channels per group, feature groups, batch groups, outputs per group]
    groups: fc.constantFrom([3, 1, 1, 2], [5, 1, 1, 3], [1, 4, 1, 1], [1, 3, 1, 2], [2, 2, 1, 3], [2, 1, 2, 2]) as fc.Arbitrary<
      [number, number, number, number]
    >,
    seed: fc.nat(9999),
  });

  it('agrees with its definition for strides, padding, dilation and groups', () => {
    fc.assert(
      fc.property(
        cases,
        ({
          size,
          window,
          strides,
          padding,
          inputDilation,
          kernelDilation,
          groups: [channels, featureGroups, batchGroups, outputs],
          seed,
        }) => {
          const input = random([4, ...size, channels * featureGroups], seed);
          const kernel = random([...window, channels, outputs * featureGroups * batchGroups], seed + 1);
          const params = { strides, padding, inputDilation, kernelDilation, featureGroups, batchGroups };
          const found = evaluate('convolution', params, input, kernel);
          expect(found).toEqual(convolveByDefinition(input, kernel, params, found.shape));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('works in one and three dimensions and without spatial axes', () => {
    for (const spatial of [0, 1, 3]) {
      const all = <T>(value: T): T[] => new Array<T>(spatial).fill(value);
      const params: Convolution = {
        ...PLAIN,
        strides: all(2),
        padding: all([1, 0] as const),
        inputDilation: all(1),
        kernelDilation: all(1),
      };
      const input = random([2, ...all(4), 3], 1);
      const kernel = random([...all(2), 3, 5], 2);
      const found = evaluate('convolution', params, input, kernel);
      expect(found.shape).toEqual([2, ...all(2), 5]);
      expect(found).toEqual(convolveByDefinition(input, kernel, params, found.shape));
    }
  });

  it('multiplies 32-bit and 64-bit integers exactly, depthwise too', () => {
    const big = 2147483647;
    const depthwise: Convolution = { ...PLAIN, strides: [1], padding: [[0, 0]], inputDilation: [1], kernelDilation: [1], featureGroups: 2 };
    expect(elements(evaluate('convolution', depthwise, i32([1, 1, 2], [big, -3]), i32([1, 1, 2], [big, 5])))).toEqual([1, -15]);
    const wide = array('int64', [1, 1, 2], [2n ** 62n, 3n]);
    expect(elements(evaluate('convolution', depthwise, wide, array('int64', [1, 1, 2], [2n, 3n])))).toEqual([-(2n ** 63n), 9n]);
    expect(elements(evaluate('convolution', { ...depthwise, featureGroups: 1 }, wide, array('int64', [1, 2, 1], [2n, 3n])))).toEqual([
      -(2n ** 63n) + 9n,
    ]);
  });

  it('gives no positions where the kernel does not fit', () => {
    expect(evaluate('convolution', PLAIN, random([1, 2, 2, 1], 1), random([3, 3, 1, 1], 2)).shape).toEqual([1, 0, 0, 1]);
  });

  it('refuses channels and parameters that do not fit', () => {
    const convolve = (params: Partial<Convolution>, kernel = random([3, 3, 4, 2], 1)) =>
      evaluate('convolution', { ...PLAIN, ...params }, random([3, 5, 5, 4], 1), kernel);
    expect(() => convolve({}, random([3, 3, 3, 2], 1))).toThrow(
      /4 input channels in 1 groups do not fit the kernel.*f32\[3,5,5,4\], f32\[3,3,3,2\]/,
    );
    expect(() => convolve({ featureGroups: 4 }, random([3, 3, 1, 2], 1))).toThrow('multiples of the number of groups');
    expect(() => convolve({ batchGroups: 2 })).toThrow('multiples of the number of groups');
    expect(() => convolve({ strides: [1] })).toThrow('one entry of `strides` per axis (2)');
    expect(() => convolve({ strides: [0, 1] })).toThrow('at least 1');
    expect(() => convolve({ featureGroups: 2, batchGroups: 2 })).toThrow('not both');
    expect(() => convolve({}, random([3, 3, 4], 1))).toThrow('equal rank');
  });
});
