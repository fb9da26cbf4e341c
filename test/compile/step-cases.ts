// Programs with state that are hard on a planner of updates in place: each is run on every target and compared with the interpreter.
import { gradients } from '../../compiler/autodiff/gradients.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { elementCount } from '../../compiler/ir/shape.ts';
import { cond, scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { StepGraphs } from '../../compiler/trace/step.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { type InputSpec, trace } from '../../compiler/trace/trace.ts';
import { Variable } from '../../compiler/trace/variable.ts';
import { randomFloats } from '../ir/random-values.ts';

export interface StepCase {
  /** A true sentence about the program. */
  readonly title: string;
  readonly graphs: () => StepGraphs;
}

let seed = 1;
/** A variable of random numbers. */
const variable = (name: string, ...shape: number[]): Variable =>
  new Variable(tensorOf('float32', shape, randomFloats(elementCount(shape), seed++)), { name });
const input = (name: string, ...shape: number[]): InputSpec => ({ name, dtype: 'float32', shape });
const scalar = (value: number): Tensor => lax.scalar(value, 'float32');
const times = (x: Tensor, factor: number): Tensor => lax.multiply(x, lax.full(x.shape, factor, 'float32'));

/** Of two matrices. */
const PRODUCT = { lhsBatch: [], rhsBatch: [], lhsContracting: [1], rhsContracting: [0] };

const entry = (inputs: readonly InputSpec[], body: (...tensors: Tensor[]) => readonly Tensor[]): StepGraphs[string] =>
  trace('entry', inputs, body, (outputs) => outputs).graph;

/** mean((x w1 + b1)+ w2 - y)^2 and what follows from it. */
function twoLayers(update: (variable: Variable, gradient: Tensor) => void): StepGraphs {
  const [w1, b1, w2] = [variable('w1', 5, 7), variable('b1', 7), variable('w2', 7, 3)];
  const matmul = (a: Tensor, b: Tensor): Tensor => lax.dot_general(a, b, PRODUCT);
  const predict = (x: Tensor): Tensor => {
    const bias = lax.broadcast(b1.read(), [4, 7], [1]);
    return matmul(lax.maximum(lax.add(matmul(x, w1.read()), bias), lax.full([4, 7], 0, 'float32')), w2.read());
  };
  const lossOf = (x: Tensor, y: Tensor): Tensor => {
    const difference = lax.subtract(predict(x), y);
    return lax.reduce('sum', lax.multiply(difference, difference), [0, 1]);
  };
  const train = entry([input('x', 4, 5), input('y', 4, 3)], (x, y) => {
    const loss = lossOf(x as Tensor, y as Tensor);
    const targets = [w1, b1, w2];
    gradients(loss, targets).forEach((gradient, index) => update(targets[index] as Variable, gradient as Tensor));
    return [loss];
  });
  const evaluate = entry([input('x', 4, 5), input('y', 4, 3)], (x, y) => [lossOf(x as Tensor, y as Tensor)]);
  return { train, evaluate, predict: entry([input('x', 4, 5)], (x) => [predict(x as Tensor)]) };
}

function adam(): StepGraphs {
  const slots = new Map<Variable, readonly [Variable, Variable]>();
  const steps = new Variable(lax.scalar(0n, 'int64'), { name: 'iteration' });
  const graphs = twoLayers((target, gradient) => {
    const [momentum, velocity] = slots.get(target) ?? [
      variable(`${target.name}_m`, ...target.shape),
      variable(`${target.name}_v`, ...target.shape),
    ];
    slots.set(target, [momentum, velocity]);
    const count = lax.cast(lax.add(steps.read(), lax.scalar(1n, 'int64')), 'float32');
    const rate = lax.divide(scalar(0.01), lax.subtract(scalar(1), lax.power(scalar(0.9), count)));
    momentum.assign(lax.add(times(momentum.read(), 0.9), times(gradient, 0.1)));
    velocity.assign(lax.add(times(lax.abs(velocity.read()), 0.99), times(lax.multiply(gradient, gradient), 0.01)));
    const size = lax.add(lax.sqrt(velocity.read()), lax.full(target.shape, 1e-3, 'float32'));
    const change = lax.divide(lax.multiply(momentum.read(), lax.broadcast(rate, target.shape, [])), size);
    target.assign(lax.subtract(target.read(), change));
    if (target.name === 'w2') steps.assign(lax.add(steps.read(), lax.scalar(1n, 'int64')));
  });
  return graphs;
}

export const STEP_CASES: readonly StepCase[] = [
  {
    title: 'descends a gradient, and other entries see the new weights',
    graphs: () => twoLayers((target, gradient) => target.assign(lax.subtract(target.read(), times(gradient, 0.01)))),
  },
  { title: 'keeps momentum, velocity and a counter beside each weight', graphs: adam },
  {
    title: 'swaps two states',
    graphs: () => {
      const [a, b] = [variable('a', 9), variable('b', 9)];
      return {
        swap: entry([], () => {
          const old = a.read();
          a.assign(b.read());
          b.assign(old);
          return [];
        }),
      };
    },
  },
  {
    title: 'computes two states from each other',
    graphs: () => {
      const [a, b] = [variable('a', 3, 11), variable('b', 3, 11)];
      return {
        step: entry([], () => {
          const old = a.read();
          a.assign(lax.add(b.read(), times(old, 0.5)));
          b.assign(lax.subtract(old, times(b.read(), 0.25)));
          return [];
        }),
      };
    },
  },
  {
    title: 'shows the old value and the new one of a state in one run',
    graphs: () => {
      const a = variable('a', 13);
      return {
        step: entry([input('x', 13)], (x) => {
          const old = a.read();
          a.assign(lax.add(old, x as Tensor));
          return [old, times(old, 3), a.read(), lax.subtract(a.read(), old)];
        }),
      };
    },
  },
  {
    title: 'reads other elements of a state than the one it computes',
    graphs: () => {
      const [a, b] = [variable('a', 6, 6), variable('b', 40)];
      return {
        step: entry([], () => {
          a.assign(times(lax.transpose(a.read(), [1, 0]), 0.5));
          b.assign(lax.add(lax.reverse(b.read(), [0]), times(b.read(), 0.5)));
          return [];
        }),
      };
    },
  },
  {
    title: 'multiplies a state with itself',
    graphs: () => {
      const a = variable('a', 8, 8);
      return {
        step: entry([], () => {
          a.assign(times(lax.dot_general(a.read(), a.read(), PRODUCT), 0.125));
          return [];
        }),
      };
    },
  },
  {
    title: 'sets two states to one value, one to a constant and one to an input',
    graphs: () => {
      const [a, b, c, d] = [variable('a', 5), variable('b', 5), variable('c', 5), variable('d', 5)];
      return {
        step: entry([input('x', 5)], (x) => {
          const next = lax.multiply(a.read(), x as Tensor);
          a.assign(next);
          b.assign(next);
          c.assign(lax.full([5], 2, 'float32'));
          d.assign(x as Tensor);
          return [next, c.read(), d.read()];
        }),
      };
    },
  },
  {
    title: 'keeps what an entry does not touch, and runs entries without states',
    graphs: () => {
      const a = variable('a', 4);
      return {
        first: entry([input('x', 4)], (x) => {
          a.assign(lax.add(a.read(), x as Tensor));
          return [];
        }),
        second: entry([input('x', 4)], (x) => [times(x as Tensor, 2)]),
      };
    },
  },
  {
    title: 'advances the state of a random generator',
    graphs: () => {
      const state = new Variable(tensorOf('uint32', [2], Uint32Array.of(7, 0)), { name: 'seed' });
      return {
        draw: entry([], () => {
          const now = state.read();
          state.assign(lax.add(now, lax.constant(tensorOf('uint32', [2], Uint32Array.of(0, 1)).value)));
          return [lax.random_bits(now, [5])];
        }),
      };
    },
  },
  {
    title: 'updates a state by a branch and by a scan',
    graphs: () => {
      const [a, h] = [variable('a', 4), variable('h', 4)];
      return {
        step: entry([input('x', 3, 4)], (x) => {
          const sum = lax.reduce('sum', a.read(), [0]);
          const isLarge = lax.cast(lax.compare('greater', sum, scalar(0)), 'int32');
          const [next] = cond(isLarge, [() => [times(a.read(), 2)], () => [lax.negative(a.read())]]);
          a.assign(next as Tensor);
          const { carry, ys } = scan((state, row) => [lax.add(times(state as Tensor, 0.5), row as Tensor), state as Tensor], {
            carry: [h.read()],
            xs: [x as Tensor],
            length: 3,
          });
          h.assign(carry[0] as Tensor);
          return [ys[0] as Tensor, h.read()];
        }),
      };
    },
  },
  {
    title: 'keeps sums in other types than float32',
    graphs: () => {
      const of = (name: string, value: Tensor): Variable => new Variable(value, { name });
      const states = [
        of('half', lax.full([9], 1.5, 'float16')),
        of('brain', lax.full([9], 1.5, 'bfloat16')),
        of('double', lax.full([9], 1.5, 'float64')),
        of('long', lax.full([9], 2n ** 40n, 'int64')),
        of('byte', lax.full([9], 250, 'uint8')),
        of('flag', lax.full([9], true, 'bool')),
      ];
      return {
        step: entry([], () => {
          for (const state of states) state.assign(state.dtype === 'bool' ? lax.not(state.read()) : lax.add(state.read(), state.read()));
          return states.map((state) => state.read());
        }),
      };
    },
  },
];

/** Random inputs for an entry. */
export const inputsFor = ({ inputs }: StepGraphs[string], run: number): NDArray[] =>
  inputs.map(({ type }, index) => ({ ...type, data: randomFloats(elementCount(type.shape), 31 * run + index) }));
