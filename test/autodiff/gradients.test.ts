import { describe, expect, it } from 'vitest';
import { attachGradient } from '../../compiler/autodiff/attach-gradient.ts';
import { gradients } from '../../compiler/autodiff/gradients.ts';
import { remat } from '../../compiler/autodiff/remat.ts';
import { grad, valueAndGrad } from '../../compiler/autodiff/value-and-grad.ts';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import * as ops from '../../compiler/keras/ops/index.ts';
import { canonicalize } from '../../compiler/passes/canonicalize/canonicalize.ts';
import { scan } from '../../compiler/trace/control-flow.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { Variable } from '../../compiler/trace/variable.ts';

const f32 = (...elements: number[]): Tensor => tensorOf('float32', [elements.length], Float32Array.from(elements));
const sum = (x: Tensor): Tensor => lax.reduce('sum', x, [0]);
const square = (x: Tensor): Tensor => lax.multiply(x, x);
const values = (tensor: Tensor | null | undefined): number[] | null => (tensor ? [...(tensor.data as Float32Array)] : null);

/** Traces, and runs the graph on reference and WebAssembly, which must agree exactly on what these tests compute. */
function run(body: (x: Tensor) => readonly Tensor[], ...x: number[]): number[][] {
  const { graph } = trace('test', [{ name: 'x', dtype: 'float32', shape: [x.length] }], body, (outputs) => outputs);
  verifyGraph(graph);
  const expected = executeReference(graph, [f32(...x).value]).map(({ data }) => [...data] as number[]);
  const compiled = createWasmExecutor()({ ...graph, updates: [] }, [f32(...x).value]).map(({ data }) => [...data] as number[]);
  expect(compiled).toEqual(expected);
  return expected;
}

describe('gradients', () => {
  it('of variables add up over all reads, null where nothing leads to the loss', () => {
    const [w, other, count] = [f32(1, 2), f32(3, 4), tensorOf('int32', [], Int32Array.of(1))].map(
      (initial, index) => new Variable(initial, { name: `v${index}` }),
    ) as [Variable, Variable, Variable];
    const found = run(
      (x) => {
        const loss = sum(lax.multiply(lax.add(w.read(), square(w.read())), x));
        const [ofW, ...none] = gradients(loss, [w, other, count]);
        expect(none).toEqual([null, null]);
        return [ofW as Tensor];
      },
      10,
      20,
    );
    expect(found).toEqual([[30, 100]]);
  });
  it('outside a trace work on present values', () => {
    const w = new Variable(f32(1, 2), { name: 'w' });
    expect(values(gradients(sum(square(w.read())), [w])[0])).toEqual([2, 4]);
  });
  it('go to an assigned value and to reads before it, but not through the assignment', () => {
    const w = new Variable(f32(2), { name: 'w' });
    const found = run((x) => {
      const before = square(w.read());
      w.assign(lax.multiply(lax.exp(w.read()), x));
      return [gradients(sum(lax.add(before, lax.multiply(w.read(), f32(5)))), [w])[0] as Tensor];
    }, 3);
    expect(found).toEqual([[9]]);
  });
  it('stop at stop_gradient, at integers and at comparisons', () => {
    const x = f32(1, -2);
    const rounded = lax.cast(lax.cast(x, 'int32'), 'float32');
    const mask = lax.cast(lax.compare('less', x, lax.fullLike(x, 0)), 'float32');
    expect(gradients(sum(lax.add(lax.stop_gradient(x), lax.add(rounded, mask))), [x])).toEqual([null]);
    expect(values(gradients(sum(lax.multiply(lax.stop_gradient(x), x)), [x])[0])).toEqual([1, -2]);
  });
  it('of a chain longer than the call stack are found', () => {
    const x = f32(1);
    let y = x;
    for (let step = 0; step < 20000; step++) y = lax.add(y, x);
    expect(values(gradients(sum(y), [x])[0])).toEqual([20001]);
  });
  it('take a cotangent, of the type of the loss', () => {
    const x = f32(1, 2);
    expect(values(gradients(square(x), [x], { cotangent: f32(10, 100) })[0])).toEqual([20, 400]);
    expect(() => gradients(square(x), [x], { cotangent: f32(1) })).toThrow(/cotangent must have the type of the loss: float32 \(2,\)/);
    expect(() => gradients(lax.cast(x, 'int32'), [x])).toThrow(/Only a floating-point tensor has gradients.*dtype int32/);
  });
});

describe('valueAndGrad', () => {
  it('outside a trace computes the loss, its gradients and assignments at once', () => {
    const w = new Variable(f32(1, 2), { name: 'w' });
    const steps = new Variable(f32(0), { name: 'steps', trainable: false });
    const step = valueAndGrad(
      (x: Tensor) => {
        steps.assign(lax.add(steps.read(), f32(1)));
        return [sum(square(lax.multiply(w.read(), x))), x] as const;
      },
      [w],
    );
    for (const round of [1, 2]) {
      const { value, gradients: found } = step(f32(3, 1));
      expect([value[0].item(), values(value[1]), values(found[0])]).toEqual([13, [3, 1], [18, 4]]);
      expect(values(steps.read())).toEqual([round]);
    }
  });
  it('without variables differentiates with respect to the arguments', () => {
    expect(grad((x: Tensor, scale: number) => sum(lax.multiply(square(x), lax.fullLike(x, scale))))(f32(1, 2), 3).map(values)).toEqual([
      [6, 12],
    ]);
  });
  it('gives gradients that can be differentiated inside a trace', () => {
    const cubed = (x: Tensor): Tensor => sum(lax.multiply(x, square(x)));
    const found = run((x) => [grad((y: Tensor) => sum(grad(cubed)(y)[0] as Tensor))(x)[0] as Tensor], 1, 2);
    expect(found).toEqual([[6, 12]]);
  });
  it('says that values cannot be read, and what it needs for a loss', () => {
    expect(() => grad((x: Tensor) => lax.scalar(x.item() as number, 'float32'))(f32(1))).toThrow(/symbolic tensor has no value/);
    expect(() => grad((x: Tensor) => square(x))(f32(1))).toThrow(/returns a scalar loss. Received: a tensor of shape \[1\]/);
  });
});

describe('attached gradients', () => {
  /** x, whose gradient is 5 whatever comes back. */
  const five = (x: Tensor): Tensor =>
    attachGradient([x], [lax.add(x, lax.fullLike(x, 0))], (_, [cotangent]) => [
      lax.multiply(cotangent as Tensor, lax.fullLike(x, 5)),
    ])[0] as Tensor;

  it('replace those behind them, in loops too, and leave no node in the program', () => {
    expect(run((x) => [gradients(sum(square(five(x))), [x])[0] as Tensor], 1, 2)).toEqual([[10, 20]]);
    const twice = run((x) => {
      const { carry } = scan((state) => [five(state as Tensor)], { carry: [x], xs: [], length: 2 });
      return [gradients(sum(carry[0] as Tensor), [x])[0] as Tensor];
    }, 1);
    expect(twice).toEqual([[25]]);
    const { graph } = trace(
      'plain',
      [{ name: 'x', dtype: 'float32', shape: [1] }],
      (x) => [five(x)],
      (outputs) => outputs,
    );
    expect(opsOf(canonicalize(graph, { freezeParameters: true }))).not.toContain('custom_gradient');
  });
  it('must have the shape of their argument', () => {
    expect(() => attachGradient([f32(1, 2)], [f32(1)], () => [f32(1)])).toThrow(/Argument 0 has shape \(2,\).*gradient of shape \(1,\)/);
  });
});

const opsOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);

describe('remat', () => {
  const w = new Variable(f32(0.5, 2), { name: 'w' });
  const block = (x: Tensor): Tensor => lax.tanh(lax.exp(lax.multiply(x, w.read())));
  const program = (fn: (x: Tensor) => Tensor): Graph =>
    trace(
      'step',
      [{ name: 'x', dtype: 'float32', shape: [2] }],
      (x) => gradients(sum(fn(x)), [x, w]) as Tensor[],
      (outputs) => outputs,
    ).graph;

  it('computes again what a gradient needs, and gives the same gradients', () => {
    const [plain, again] = [program(block), program(remat(block))].map((graph) => canonicalize(graph, { freezeParameters: false })) as [
      Graph,
      Graph,
    ];
    expect(opsOf(plain).filter((op) => op === 'exp')).toHaveLength(1);
    expect(opsOf(again)).toContain('barrier');
    const inputs = [f32(0.3, -1).value];
    const expected = executeReference(plain, inputs).map(({ data }) => [...data]);
    expect(executeReference(again, inputs).map(({ data }) => [...data])).toEqual(expected);
    expect(run((x) => gradients(sum(lax.multiply(remat(square)(x), x)), [x]) as Tensor[], 1, 2)).toEqual([[3, 12]]);
  });
  it('outside a trace gives values and gradients', () => {
    const x = f32(1, 2);
    const y = remat((z: Tensor) => [square(z), z] as const)(x);
    expect(values(gradients(sum(lax.multiply(y[0], y[1])), [x])[0])).toEqual([3, 12]);
  });
  it('lets the function assign variables', () => {
    const count = new Variable(f32(0), { name: 'count' });
    const { graph } = trace(
      'step',
      [{ name: 'x', dtype: 'float32', shape: [1] }],
      (x) => {
        const y = remat((z: Tensor) => {
          count.assign(lax.add(count.read(), z));
          return square(z);
        })(x);
        return gradients(sum(y), [x]) as Tensor[];
      },
      (outputs) => outputs,
    );
    expect(graph.updates.map(({ path }) => path)).toEqual(['count']);
  });
});

describe('loops of ops', () => {
  const doubled = (x: Tensor): Tensor => ops.multiply(x, 2);
  const below100 = (x: Tensor): Tensor => ops.less(ops.sum(x), 100);

  it('of a counted number of rounds, or of at most so many, have gradients', () => {
    expect(run((x) => gradients(sum(ops.foriLoop(1, 4, (_, y) => square(y as Tensor), x) as Tensor), [x]) as Tensor[], 1, 2)).toEqual([
      [8, 1024],
    ]);
    for (const maximumIterations of [3, 10]) {
      const loop = (x: Tensor): Tensor =>
        (ops.whileLoop(below100, (y) => [doubled(y as Tensor)], [x], { maximumIterations }) as Tensor[])[0] as Tensor;
      // 1 + 2 doubles six times until it is 192, or three times.
      expect(run((x) => gradients(sum(loop(x)), [x]) as Tensor[], 1, 2)).toEqual([maximumIterations === 3 ? [8, 8] : [64, 64]]);
    }
  });
  it('of an unknown number of rounds say what to do', () => {
    const loop = (x: Tensor): Tensor => (ops.whileLoop(below100, (y) => [doubled(y as Tensor)], [x]) as Tensor[])[0] as Tensor;
    expect(() => run((x) => gradients(sum(loop(x)), [x]) as Tensor[], 1)).toThrow(/no gradient[\s\S]*maximumIterations/);
  });
});
