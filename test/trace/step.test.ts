import { afterEach, describe, expect, it } from 'vitest';
import type { Graph } from '../../compiler/ir/graph.ts';
import { bindVariables } from '../../compiler/trace/bind-variables.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type CompiledStep, compileStep, compileStepNow } from '../../compiler/trace/step.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { Variable } from '../../compiler/trace/variable.ts';

const f32 = (...elements: number[]): Tensor => tensorOf('float32', [elements.length], Float32Array.from(elements));
const variable = (name: string, ...elements: number[]): Variable => new Variable(f32(...elements), { name });
const numbers = (step: CompiledStep, path: string): number[] => [...step.readState(path).data].map(Number);

/** An entry on one vector of two. */
const entry = (body: (x: Tensor) => readonly Tensor[]): Graph =>
  trace('entry', [{ name: 'x', dtype: 'float32', shape: [2] }], body, (outputs) => outputs).graph;

function counter(): { total: Variable; add: Graph; show: Graph } {
  const total = variable('total', 10, 20);
  const add = entry((x) => {
    total.assign(lax.add(total.read(), x));
    return [];
  });
  return { total, add, show: entry((x) => [lax.multiply(total.read(), x)]) };
}

const steps: CompiledStep[] = [];
const keep = (step: CompiledStep): CompiledStep => {
  steps.push(step);
  return step;
};
afterEach(() => steps.splice(0).forEach((step) => step.dispose()));

describe('a program with state', () => {
  it('has one state for the variables of all its entries', async () => {
    const { add, show } = counter();
    const step = keep(await compileStep({ add, show }));
    expect(step.entries).toEqual(['add', 'show']);
    expect(step.paths).toEqual(['total']);
    step.run('add', [f32(1, 2).value]);
    step.run('add', [f32(1, 2).value]);
    const [shown] = step.run('show', [f32(1, -1).value]);
    expect([...(shown?.data ?? [])]).toEqual([12, -24]);
    expect(numbers(step, 'total')).toEqual([12, 24]);
  });

  it('is not changed by what becomes of arrays that were given to it or that it gave', () => {
    const total = variable('total', 0, 0);
    const set = entry((x) => {
      total.assign(x);
      return [x, total.read()];
    });
    const step = keep(compileStepNow({ set }));
    const input = f32(1, 2).value;
    const [output] = step.run('set', [input]);
    input.data.fill(7 as never);
    expect([...(output?.data ?? [])]).toEqual([1, 2]);
    step.readState('total').data.fill(8 as never);
    expect(numbers(step, 'total')).toEqual([1, 2]);
  });

  it('refuses two variables of one path', async () => {
    const [a, b] = [variable('same', 1, 1), variable('same', 2, 2)];
    const sum = entry(() => [lax.add(a.read(), b.read())]);
    await expect(compileStep({ sum })).rejects.toThrow('Two variables have the path "same"');
  });
});

describe('variables bound to a program', () => {
  it('are read and assigned through it until it gives them back', () => {
    const { total, add, show } = counter();
    const step = keep(compileStepNow({ add, show }));
    const binding = bindVariables(step, [total]);
    total.assign(f32(100, 200));
    binding.acquire();
    step.run('add', [f32(1, 2).value]);
    expect([...total.value.data]).toEqual([101, 202]);
    total.assign(f32(0, 0));
    step.run('add', [f32(1, 2).value]);
    expect(total.value.data).toEqual(Float32Array.of(1, 2));
    expect(total.value).toBe(total.value);
    binding.release();
    step.run('add', [f32(1, 2).value]);
    expect([...total.value.data]).toEqual([1, 2]);
    expect(total.holder).toBe(undefined);
  });

  it('go to the program that acquires them last, with their values', () => {
    const { total, add } = counter();
    const [first, second] = [keep(compileStepNow({ add })), keep(compileStepNow({ add }))];
    const [one, two] = [bindVariables(first, [total]), bindVariables(second, [total])];
    for (const [step, binding] of [
      [first, one],
      [second, two],
      [first, one],
    ] as const) {
      binding.acquire();
      step.run('add', [f32(1, 1).value]);
    }
    expect([...total.value.data]).toEqual([13, 23]);
    two.release();
    expect([...total.value.data]).toEqual([13, 23]);
    one.release();
    expect([...total.value.data]).toEqual([13, 23]);
  });

  it('that an entry assigns and never reads are states too', () => {
    const last = variable('last', 5, 5);
    const set = entry((x) => {
      last.assign(x);
      return [];
    });
    const step = keep(compileStepNow({ set }));
    expect(numbers(step, 'last')).toEqual([5, 5]);
    step.run('set', [f32(1, 2).value]);
    expect(numbers(step, 'last')).toEqual([1, 2]);
  });
});
