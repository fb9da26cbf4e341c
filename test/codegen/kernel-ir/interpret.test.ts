// The interpreter's arithmetic, and that it notices what machines would not.
import { describe, expect, it } from 'vitest';
import {
  add,
  advance,
  assign,
  binary,
  bitcast,
  constant,
  convert,
  declare,
  INDEX,
  index,
  lanes,
  load,
  local,
  loop,
  mul,
  mulAdd,
  narrow,
  pointerTo,
  reduceLanes,
  register,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { interpretFunctions } from '../../../codegen/kernel-ir/interpret-function.ts';
import type { Expr, KernelFunction, MemoryType } from '../../../codegen/kernel-ir/types.ts';
import type { KernelModule } from '../../../codegen/module.ts';

/** The value of `expr` as stored in memory of type `to`. */
function evaluate(expr: Expr, to: MemoryType, options = {}): number | bigint {
  const out = new DataView(new ArrayBuffer(8));
  const array = {
    f32: new Float32Array(out.buffer),
    f64: new Float64Array(out.buffer),
    i32: new Int32Array(out.buffer),
    u32: new Uint32Array(out.buffer),
    i64: new BigInt64Array(out.buffer),
    u16: new Uint16Array(out.buffer),
  }[to as 'f32'];
  const declared: KernelFunction = {
    name: 'f',
    parameters: [{ name: 'out', type: pointerTo(to), writes: true }],
    body: [store(local('out', pointerTo(to)), 0, expr)],
  };
  interpretFunctions([declared], options).get('f')?.([{ array, index: 0 }]);
  return array[0] as number;
}

const f32 = (value: number): Expr => constant(value, register('f32'));
const i32 = (value: number): Expr => constant(value, register('i32'));

describe('interpreter', () => {
  it('rounds every float32 operation to float32', () => {
    expect(evaluate(add(f32(2 ** 24), f32(1)), 'f32')).toBe(2 ** 24);
    expect(evaluate(mul(f32(0.1), f32(0.1)), 'f32')).toBe(Math.fround(Math.fround(0.1) * Math.fround(0.1)));
  });

  it('rounds a multiply-add once or twice, as asked', () => {
    const near = mulAdd(f32(1 + 2 ** -12), f32(1 + 2 ** -12), f32(-1 - 2 ** -11));
    expect(evaluate(near, 'f32')).toBe(0);
    expect(evaluate(near, 'f32', { fused: true })).toBe(2 ** -24);
  });

  it('wraps integers and saturates conversions from floats', () => {
    expect(evaluate(mul(i32(0x7fffffff), i32(3)), 'i32')).toBe(Math.imul(0x7fffffff, 3));
    expect(evaluate(convert(f32(1e20), 'i32'), 'i32')).toBe(0x7fffffff);
    expect(evaluate(convert(f32(Number.NaN), 'i32'), 'i32')).toBe(0);
    expect(evaluate(convert(f32(-1), 'u32'), 'u32')).toBe(0);
    expect(evaluate(convert(f32(-3.9), 'i64'), 'i64')).toBe(-3n);
    expect(evaluate(convert(constant(2n ** 53n + 1n, register('i64')), 'f64'), 'f64')).toBe(2 ** 53);
  });

  it('keeps a NaN in the first operand of min and max and drops one in the second', () => {
    expect(evaluate(binary('max', f32(Number.NaN), f32(0)), 'f32')).toBeNaN();
    expect(evaluate(binary('max', f32(0), f32(Number.NaN)), 'f32')).toBe(0);
    expect(evaluate(binary('min', f32(Number.NaN), f32(0)), 'f32')).toBeNaN();
  });

  it('narrows to float16, bfloat16 and small integers', () => {
    expect(evaluate(narrow(f32(1.0009765), 'f16'), 'f32')).toBe(1 + 2 ** -10);
    expect(evaluate(narrow(f32(65520), 'f16'), 'f32')).toBe(Number.POSITIVE_INFINITY);
    expect(evaluate(narrow(f32(3e-8), 'f16'), 'f32')).toBe(2 ** -24 * 1);
    expect(evaluate(narrow(f32(1.00390625), 'bf16'), 'f32')).toBe(1);
    expect(evaluate(narrow(i32(200), 'i8'), 'i32')).toBe(-56);
    expect(evaluate(bitcast(f32(1), 'u32'), 'u32')).toBe(0x3f800000);
  });

  it('runs loops, locals and vectors', () => {
    const x = local('x', pointerTo('f32'));
    const sum = local('sum', register('f32', 4));
    const body = [
      declare('sum', constant(0, register('f32', 4))),
      loop('i', 0, local('n', INDEX), [assign('sum', add(sum, load(advance(x, local('i', INDEX)), 0, 4)))], 4),
      store(local('out', pointerTo('f32')), 0, reduceLanes('add', sum)),
    ];
    const declared: KernelFunction = {
      name: 'sum',
      parameters: [
        { name: 'x', type: pointerTo('f32') },
        { name: 'n', type: INDEX },
        { name: 'out', type: pointerTo('f32'), writes: true },
      ],
      body,
    };
    const out = new Float32Array(1);
    interpretFunctions([declared]).get('sum')?.([
      { array: Float32Array.from({ length: 8 }, (_, i) => i), index: 0 },
      8,
      { array: out, index: 0 },
    ]);
    expect(out[0]).toBe(28);
  });

  it('refuses accesses outside of memory, division by zero and wide shifts', () => {
    const read = load(advance(local('out', pointerTo('f32')), index(2)), 0, 1);
    expect(() => evaluate(read, 'f32')).toThrow(/access to elements 2..2 of 2/);
    expect(() => evaluate(binary('div', i32(1), i32(0)), 'i32')).toThrow(/by zero/);
    expect(() => evaluate(binary('shl', i32(1), i32(32)), 'i32')).toThrow(/shl by 32/);
  });

  it('runs a module: parallel calls in parts, counted loops, arena and outputs', () => {
    const out = local('out', pointerTo('i32'));
    const counter = load(local('counter', pointerTo('i32')));
    const at = local('i', INDEX);
    const fill: KernelFunction = {
      name: 'fill',
      parameters: [
        { name: 'counter', type: pointerTo('i32') },
        { name: 'out', type: pointerTo('i32'), writes: true },
        { name: 'begin', type: INDEX },
        { name: 'end', type: INDEX },
      ],
      body: [loop('i', local('begin', INDEX), local('end', INDEX), [store(advance(out, at), 0, add(counter, convert(at, 'i32')))])],
    };
    const module: KernelModule = {
      name: 'test',
      functions: [fill],
      prepare: [],
      weights: new Uint8Array(),
      arenaBytes: 64,
      inputs: [],
      outputs: [{ name: 'y', type: 'i32', shape: [5], bytes: 20 }],
      run: [
        {
          kind: 'repeat',
          count: 3,
          counter: { region: 'arena', index: 0, offset: 0 },
          body: [
            {
              kind: 'call',
              callee: 'fill',
              label: 'fill',
              flops: 0,
              parallel: { extent: 5 },
              args: [
                { kind: 'address', memory: 'i32', address: { region: 'arena', index: 0, offset: 0 } },
                { kind: 'address', memory: 'i32', address: { region: 'output', index: 0, offset: 0 } },
              ],
            },
          ],
        },
      ],
    };
    expect([...(interpretModule(module, [])[0] as Int32Array)]).toEqual([2, 3, 4, 5, 6]);
  });

  it('counts lanes', () => {
    expect(evaluate(reduceLanes('add', lanes('i32', 4)), 'i32')).toBe(6);
  });
});
