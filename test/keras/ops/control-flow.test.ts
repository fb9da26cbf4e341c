import { describe, expect, it } from 'vitest';
import { executeReference } from '../../../compiler/ir/execute.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { trace } from '../../../compiler/trace/trace.ts';
import { numbersOf, sample } from './numbers.ts';

type Body = (x: Tensor) => Tensor | readonly Tensor[];

/** The results of a function run as it is, and of the graph that tracing it gives. */
function bothWays(body: Body, input: Tensor): { readonly eager: number[][]; readonly traced: number[][] } {
  const list = (result: Tensor | readonly Tensor[]): readonly Tensor[] => (Array.isArray(result) ? result : [result as Tensor]);
  const { graph } = trace('test', [{ name: 'x', dtype: input.dtype, shape: input.shape }], body, list);
  const traced = executeReference(graph, [input.value]).map(({ data }) => Array.from(data as ArrayLike<number | bigint>, Number));
  return { eager: list(body(input)).map(numbersOf), traced };
}

const offset = sample([3], 5);
const bodies: readonly (readonly [string, Body])[] = [
  [
    'cond',
    (x) =>
      ops.cond(
        ops.greater(ops.sum(x), 0),
        () => ops.multiply(x, 2),
        () => ops.add(x, offset),
      ) as Tensor,
  ],
  [
    'cond on the other side',
    (x) =>
      ops.cond(
        ops.less(ops.sum(x), 0),
        () => ops.multiply(x, 2),
        () => ops.add(x, offset),
      ) as Tensor,
  ],
  [
    'switch',
    (x) => ops.switch(ops.cast(ops.sum(ops.abs(x)), 'int32'), [(y) => y, (y) => ops.negative(y), (y) => ops.square(y)], x) as Tensor,
  ],
  [
    'whileLoop',
    (x) =>
      ops.whileLoop(
        (y) => ops.less(ops.sum(ops.abs(y)), 50),
        (y) => [ops.add(ops.multiply(y, 2), offset)],
        [x],
      ) as readonly Tensor[],
  ],
  [
    'whileLoop with a limit',
    (x) =>
      ops.whileLoop(
        () => true,
        (y) => [ops.multiply(y, 2)],
        [x],
        { maximumIterations: 3 },
      ) as readonly Tensor[],
  ],
  ['foriLoop', (x) => ops.foriLoop(1, 4, (index, y) => ops.multiply(y as Tensor, index), x) as Tensor],
  [
    'scan',
    (x) =>
      ops.scan(
        (carry, y) => [ops.add(carry as Tensor, ops.multiply(y as Tensor, ops.sum(offset))), carry as Tensor],
        0.5,
        x,
      ) as readonly Tensor[],
  ],
  [
    'scan in reverse',
    (x) =>
      ops.scan((carry, y) => [ops.subtract(y as Tensor, carry as Tensor), carry as Tensor], 0.5, x, { reverse: true }) as readonly Tensor[],
  ],
  ['map', (x) => ops.map((y) => ops.add(y as Tensor, offset), x) as Tensor],
  ['associativeScan', (x) => ops.associativeScan((a, b) => ops.add(a as Tensor, b as Tensor), x) as Tensor],
  ['gcd', (x) => ops.gcd(ops.cast(ops.multiply(x, 100), 'int32'), 12)],
];

describe('control flow', () => {
  it.each(bodies)('gives the same eagerly and in a graph: %s', (_name, body) => {
    const { eager, traced } = bothWays(body, sample([3]));
    expect(traced).toEqual(eager);
  });

  it('sums all that came before in a scan', () => {
    expect(
      numbersOf(ops.associativeScan((a, b) => ops.add(a as Tensor, b as Tensor), ops.convertToTensor([1, 2, 3, 4, 5])) as Tensor),
    ).toEqual([1, 3, 6, 10, 15]);
    const [total, before] = ops.scan(
      (carry, x) => [ops.add(carry as Tensor, x as Tensor), carry as Tensor],
      0,
      ops.convertToTensor([1, 2, 3]),
    ) as [Tensor, Tensor];
    expect([numbersOf(total), numbersOf(before)]).toEqual([[6], [0, 1, 3]]);
  });

  it('clamps the index of a switch to its branches', () => {
    expect(numbersOf(ops.switch(9, [() => ops.zeros([1]), () => ops.ones([1])]) as Tensor)).toEqual([1]);
  });
});
