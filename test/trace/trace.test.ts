import { describe, expect, it } from 'vitest';
import { executeReference, executeReferenceWithUpdates } from '../../compiler/ir/execute.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { printGraph } from '../../compiler/ir/print.ts';
import { verifyGraph } from '../../compiler/ir/verify.ts';
import { withScope } from '../../compiler/trace/context.ts';
import { cond, scan, whileLoop } from '../../compiler/trace/control-flow.ts';
import { setExecutor } from '../../compiler/trace/evaluate.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { Variable } from '../../compiler/trace/variable.ts';

const f32 = (...elements: number[]): Tensor => tensorOf('float32', [elements.length], Float32Array.from(elements));
const scalar = (value: number): Tensor => lax.scalar(value, 'float32');
const variable = (name: string, ...elements: number[]): Variable => new Variable(f32(...elements), { name });
const X = [{ name: 'x', dtype: 'float32', shape: [2] }] as const;

function traced(body: (x: Tensor) => readonly Tensor[]): Graph {
  const { graph } = trace('test', X, body, (outputs) => outputs);
  verifyGraph(graph);
  return graph;
}
const run = (graph: Graph, ...x: number[]): number[][] =>
  executeReference(graph, [f32(...x).value]).map(({ data }) => [...data] as number[]);

describe('concrete tensors', () => {
  it('have their value when it is read, and keep it', () => {
    let runs = 0;
    const former = setExecutor((graph, inputs) => {
      runs++;
      return executeReference(graph, inputs);
    });
    try {
      const sum = lax.add(f32(1, 2), f32(3, 4));
      expect(runs).toBe(0);
      expect([...sum.data]).toEqual([4, 6]);
      expect([...lax.multiply(sum, sum).data]).toEqual([16, 36]);
      expect([...sum.data]).toEqual([4, 6]);
      expect(runs).toBe(2);
    } finally {
      setExecutor(former);
    }
  });

  it('can be chained further than the call stack is deep', () => {
    let value = scalar(0);
    for (let step = 0; step < 20_000; step++) value = lax.add(value, scalar(1));
    expect(value.item()).toBe(20_000);
  });

  it('of any dtype are made from scalars', () => {
    expect(lax.scalar(2n ** 60n, 'int64').item()).toBe(2n ** 60n);
    expect(lax.scalar(1.5, 'float16').data).toEqual(new Uint16Array([0x3e00]));
    expect(lax.scalar(true, 'bool').item()).toBe(1);
  });
});

describe('trace', () => {
  it('records what a function does, under the path of its layer', () => {
    const graph = traced((x) => [withScope('block', () => withScope('dense', () => lax.add(x, lax.exp(x))))]);
    expect(printGraph(graph)).toBe(
      [
        'graph "test" {',
        '  input %0 "x": f32[2]',
        '  %1: f32[2] = exp(%0) @ "block/dense"',
        '  %2: f32[2] = add(%0, %1) @ "block/dense"',
        '  output %2',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('makes constants of concrete tensors, parameters of variables and updates of assignments', () => {
    const scale = variable('scale', 2, 3);
    const graph = traced((x) => {
      const before = scale.read();
      scale.assign(lax.add(before, f32(10, 10)));
      return [lax.multiply(x, before), scale.read()];
    });
    expect(graph.parameters.map(({ path }) => path)).toEqual(['scale']);
    const { outputs, updates } = executeReferenceWithUpdates(graph, [f32(1, 1).value]);
    expect(outputs.map(({ data }) => [...data])).toEqual([
      [2, 3],
      [12, 13],
    ]);
    expect(updates.get('scale')?.data).toEqual(new Float32Array([12, 13]));
    expect([...scale.value.data]).toEqual([2, 3]);
  });

  it('refuses to give the value of a tracer, with the way round', () => {
    expect(() => traced((x) => [lax.add(x, f32(...(x.data as Float32Array)))])).toThrow(
      /no value while a model is being traced.*shape \[2\].*ops\.where/,
    );
  });

  it('leaves no trace behind when the function throws', () => {
    expect(() =>
      traced(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(variable('v', 5).read().data).toEqual(new Float32Array([5]));
  });
});

describe('control flow', () => {
  it('cond takes what all its branches capture', () => {
    const weight = variable('w', 10, 20);
    const graph = traced((x) => {
      const doubled = lax.add(x, x);
      const index = lax.cast(lax.reduce('max', x, [0]), 'int32');
      return cond(index, [() => [doubled], () => [lax.multiply(doubled, weight.read())], () => [lax.add(x, f32(1, 1))]]);
    });
    expect(graph.parameters.map(({ path }) => path)).toEqual(['w']);
    expect([run(graph, 0, -1), run(graph, 0, 1), run(graph, 2, 0)]).toEqual([[[0, -2]], [[0, 40]], [[3, 1]]]);
  });

  it('while carries what its bodies capture', () => {
    const limit = variable('limit', 100);
    const graph = traced((x) =>
      whileLoop(
        (value) => lax.compare('less', lax.reduce('max', value as Tensor, [0]), lax.reshape(limit.read(), [])),
        (value) => [lax.multiply(value as Tensor, lax.add(x, f32(1, 1)))],
        [x],
      ),
    );
    expect(run(graph, 1, 2)).toEqual([[2 ** 4, 2 * 3 ** 4]]);
  });

  it('scan passes captured tensors as constants and reads rows backwards on request', () => {
    const weight = variable('w', 2);
    const body = (state: Tensor | undefined, row: Tensor | undefined): Tensor[] => {
      const next = lax.add(lax.multiply(state as Tensor, lax.reshape(weight.read(), [])), row as Tensor);
      return [next, lax.negative(next)];
    };
    const graph = (reverse: boolean): Graph =>
      traced((x) => {
        const { carry, ys } = scan(body, { carry: [scalar(0)], xs: [x], length: 2, reverse });
        return [...carry, ...ys];
      });
    expect(run(graph(false), 3, 5)).toEqual([[11], [-3, -11]]);
    expect(run(graph(true), 3, 5)).toEqual([[13], [-13, -5]]);
  });

  it('nests', () => {
    const graph = traced((x) => {
      const { ys } = scan(
        (row) => {
          const grown = whileLoop(
            (value) => lax.compare('less', value as Tensor, lax.add(row as Tensor, scalar(10))),
            (value) => [lax.add(value as Tensor, lax.abs(row as Tensor))],
            [row as Tensor],
          );
          return grown;
        },
        { carry: [], xs: [x], length: 2 },
      );
      return ys;
    });
    expect(run(graph, 3, 4)).toEqual([[15, 16]]);
  });

  it('runs on concrete tensors at once', () => {
    expect(cond(lax.scalar(1, 'int32'), [() => [scalar(1)], () => [scalar(2)]])[0]?.item()).toBe(2);
  });

  it('refuses assignments inside of a body, naming the variable', () => {
    const state = variable('seed', 1);
    expect(() =>
      traced((x) =>
        cond(lax.scalar(0, 'int32'), [
          () => {
            state.assign(f32(2));
            return [x];
          },
        ]),
      ),
    ).toThrow(/"seed" is assigned inside a branch or a loop/);
  });

  it('refuses branches with results of different types', () => {
    expect(() => traced((x) => cond(lax.scalar(0, 'int32'), [() => [x], () => [scalar(1)]]))).toThrow(
      /outputs of \\?"branch1.*expected \(f32\[2\]\), found \(f32\[\]\)/,
    );
  });
});
