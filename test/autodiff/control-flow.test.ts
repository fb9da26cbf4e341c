import { describe, expect, it } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import type { NodeOf } from '../../compiler/ir/graph.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import { cond, scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { checkGradient, randomTensor } from './check-gradient.ts';

const product = (x: Tensor, y: Tensor): Tensor =>
  lax.dot_general(x, y, { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] });

/** tanh(h W + x U), with the state scaled by a constant. */
function recurrence(reverse: boolean): (w: Tensor, u: Tensor, scale: Tensor, h: Tensor, xs: Tensor) => Tensor[] {
  return (w, u, scale, h, xs) => {
    const body = (state: Tensor, x: Tensor): Tensor[] => {
      const next = lax.tanh(lax.add(product(lax.multiply(state, lax.broadcast(scale, state.shape, [1])), w), product(x, u)));
      return [next, lax.multiply(next, state)];
    };
    const { carry, ys } = scan((state, x) => body(state as Tensor, x as Tensor), { carry: [h], xs: [xs], length: 4, reverse });
    return [...carry, ...ys];
  };
}
const RECURRENT = [
  randomTensor([3, 3], 1),
  randomTensor([2, 3], 2),
  randomTensor([3], 3),
  randomTensor([5, 3], 4),
  randomTensor([4, 5, 2], 5),
] as const;

describe('gradients of scan', () => {
  for (const reverse of [false, true]) {
    it(`a recurrence ${reverse ? 'from the end' : 'from the start'} agrees with differences, once and twice`, () => {
      const run = recurrence(reverse) as (...inputs: Tensor[]) => Tensor[];
      checkGradient(run, RECURRENT);
      checkGradient((...inputs) => [run(...inputs)[0] as Tensor], RECURRENT);
      checkGradient((...inputs) => [run(...inputs)[1] as Tensor], RECURRENT);
      const first = (...inputs: Tensor[]): Tensor[] => {
        const [last] = run(...inputs) as [Tensor];
        return pullBack([last], [lax.sin(last)], inputs) as Tensor[];
      };
      checkGradient(first, RECURRENT);
    });
  }
  it('a loop in a loop agrees with differences', () => {
    const run = (w: Tensor, h: Tensor): Tensor[] => {
      const inner = (state: Tensor): Tensor =>
        scan((x) => [lax.sin(lax.multiply(x as Tensor, w))], { carry: [state], xs: [], length: 2 }).carry[0] as Tensor;
      return scan((x) => [lax.add(inner(x as Tensor), w)], { carry: [h], xs: [], length: 3 }).carry;
    };
    checkGradient(run as never, [randomTensor([2], 1), randomTensor([2], 2)]);
  });
  it('carried integers and values without a cotangent are no matter', () => {
    const run = (x: Tensor): Tensor[] => {
      const count = lax.scalar(0, 'int32');
      const body = (round: Tensor, state: Tensor, other: Tensor): Tensor[] => [
        lax.add(round, lax.scalar(1, 'int32')),
        lax.multiply(state, lax.add(x, lax.broadcast(lax.cast(round, 'float64'), x.shape, []))),
        lax.exp(other),
      ];
      return [scan(body as never, { carry: [count, lax.fullLike(x, 1), x], xs: [], length: 3 }).carry[1] as Tensor];
    };
    checkGradient(run as never, [randomTensor([2], 1)]);
  });
  it('sums the gradients of weights outside the loop, and saves what the forward loop has computed', () => {
    const specs = RECURRENT.map(({ shape }, index) => ({ name: `input${index}`, dtype: 'float64' as const, shape }));
    const run = recurrence(false) as (...inputs: Tensor[]) => Tensor[];
    const { graph } = trace(
      'step',
      specs,
      (...inputs) => {
        const [last] = run(...inputs) as [Tensor];
        return pullBack([last], [lax.fullLike(last, 1)], inputs.slice(0, 3)) as Tensor[];
      },
      (results) => results,
    );
    verifyGraph(graph);
    const [forward, backward, ...others] = graph.nodes.filter((node) => node.op === 'scan') as NodeOf<'scan'>[];
    expect(others).toEqual([]);
    const ops = (node: NodeOf<'scan'> | undefined): string[] => node?.params.body.nodes.map(({ op }) => op) ?? [];
    expect(ops(forward).filter((op) => op === 'tanh')).toHaveLength(1);
    expect(ops(backward)).not.toContain('tanh');
    // One product brings the cotangent to the state before; those of both weights stand outside.
    expect(ops(backward).filter((op) => op === 'dot_general')).toHaveLength(1);
    expect(backward?.params.carries).toBe(1);
    expect(graph.nodes.filter(({ op }) => op === 'dot_general')).toHaveLength(2);
  });
});

describe('gradients of cond', () => {
  it('the chosen branch agrees with differences', () => {
    const branches = [
      (x: Tensor, y: Tensor) => [lax.multiply(x, y), x],
      (x: Tensor) => [lax.exp(x), lax.sin(x)],
      (_: Tensor, y: Tensor) => [y, lax.fullLike(y, 1)],
    ];
    for (const index of [-1, 1, 2]) {
      const run = (x: Tensor, y: Tensor): Tensor[] => cond(lax.scalar(index, 'int32'), branches as never, [x, y]);
      checkGradient(run as never, [randomTensor([3], 1), randomTensor([3], 2)]);
    }
  });
  it('a scan over a cond agrees with differences', () => {
    const run = (x: Tensor, w: Tensor): Tensor[] => {
      const body = (state: Tensor): Tensor[] => {
        const index = lax.cast(lax.compare('less', lax.reduce('sum', state, [0]), lax.scalar(1, 'float64')), 'int32');
        return cond(index, [(s) => [lax.multiply(s as Tensor, w)], (s) => [lax.add(s as Tensor, lax.exp(w))]], [state]);
      };
      return scan(body as never, { carry: [x], xs: [], length: 4 }).carry;
    };
    checkGradient(run as never, [randomTensor([2], 1), randomTensor([2], 2)]);
  });
});
