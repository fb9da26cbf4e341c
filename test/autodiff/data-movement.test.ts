import { describe, it } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import type { GatherNumbers, ScatterKind } from '../../compiler/ir/primitives/params.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { checkGradient, f64, randomTensor } from './check-gradient.ts';

const x = randomTensor([2, 3, 4], 1);
const i32 = (shape: readonly number[], ...elements: number[]): Tensor => tensorOf('int32', shape, Int32Array.from(elements));
const start = (at: number): Tensor => lax.scalar(at, 'int32');

const MOVES: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['reshape', (x) => lax.reshape(x, [4, 6])],
  ['transpose', (x) => lax.transpose(x, [2, 0, 1])],
  ['reverse', (x) => lax.reverse(x, [0, 2])],
  ['slice with strides', (x) => lax.slice(x, [0, 1, 1], [2, 3, 4], [1, 1, 2])],
  ['an empty slice', (x) => lax.slice(x, [0, 1, 0], [2, 1, 4])],
  ['broadcast to new axes', (x) => lax.broadcast(x, [2, 5, 3, 4], [0, 2, 3])],
  ['broadcast that turns axes', (x) => lax.broadcast(x, [4, 2, 3], [1, 2, 0])],
  ['broadcast of axes of size 1', (x) => lax.broadcast(lax.slice(x, [0, 0, 1], [1, 3, 2]), [2, 3, 5], [0, 1, 2])],
  ['concatenate', (x) => lax.concatenate([x, lax.sin(x), x], 1)],
  ['select', (x) => lax.select(lax.compare('greater', x, lax.fullLike(x, 0)), lax.exp(x), lax.sin(x))],
  ['cast', (x) => lax.cast(lax.cast(x, 'float64'), 'float64')],
  ['dynamic_slice past the end', (x) => lax.dynamic_slice(x, [start(0), start(5), start(1)], [2, 2, 2])],
];

describe('gradients of data movement', () => {
  for (const [name, move] of MOVES) {
    it(`${name} agrees with differences`, () => checkGradient((x) => [lax.multiply(move(x), move(x))], [x]));
  }
  it('pad with gaps and crops agrees with differences, for the fill too', () => {
    checkGradient((x, fill) => [lax.pad(x, fill, [1, -1, 0], [0, 2, -1], [0, 1, 2])], [x, f64([], 0.7)]);
  });
  it('dynamic_update_slice agrees with differences for operand and update', () => {
    checkGradient((x, update) => [lax.dynamic_update_slice(x, update, [start(1), start(1), start(9)])], [x, randomTensor([1, 2, 2], 2)]);
  });
});

/** x[:, index] for index vectors of one component, slices over the other axes. */
const ROWS: GatherNumbers = { offsetAxes: [0, 2], collapsedAxes: [1], operandBatchAxes: [], indicesBatchAxes: [], startIndexMap: [1] };
/** One element per position of the leading axes. */
const ALONG: GatherNumbers = { offsetAxes: [], collapsedAxes: [2], operandBatchAxes: [0, 1], indicesBatchAxes: [0, 1], startIndexMap: [2] };
const DISTINCT = i32([2, 1], 2, 0);
const REPEATED = i32([4, 1], 2, 0, 2, 2);
const OUTSIDE = i32([3, 1], 1, 7, -2);

describe('gradients of gather and scatter', () => {
  const sliceSizes = [2, 1, 4];
  for (const [name, indices] of [
    ['distinct', DISTINCT],
    ['repeated', REPEATED],
    ['clamped', OUTSIDE],
  ] as const) {
    it(`gather at ${name} positions agrees with differences, once and twice`, () => {
      const gather = (x: Tensor): Tensor => lax.gather(x, indices, { ...ROWS, sliceSizes });
      checkGradient((x) => [gather(x)], [x]);
      checkGradient((x) => pullBack([lax.exp(gather(x))], [lax.fullLike(gather(x), 1)], [x]) as Tensor[], [x]);
    });
  }
  it('gather along batch axes agrees with differences', () => {
    const indices = i32([2, 3, 2, 1], 0, 1, 2, 3, 3, 3, 1, 0, 2, 2, 1, 3);
    checkGradient((x) => [lax.gather(x, indices, { ...ALONG, sliceSizes: [1, 1, 1] })], [x]);
  });
  for (const kind of ['update', 'add', 'multiply', 'min', 'max'] satisfies ScatterKind[]) {
    for (const [name, indices] of [
      ['distinct', DISTINCT],
      ['repeated', REPEATED],
      ['dropped', OUTSIDE],
    ] as const) {
      // Which of several updates of one place is kept is not a smooth matter.
      if (kind === 'update' && name === 'repeated') continue;
      it(`scatter ${kind} at ${name} positions agrees with differences`, () => {
        const updates = randomTensor([2, indices.shape[0] as number, 4], 3);
        checkGradient((x, updates) => [lax.scatter(x, indices, updates, { ...ROWS, kind })], [x, updates]);
      });
    }
  }
});
