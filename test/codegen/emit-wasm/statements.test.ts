// Every statement of Kernel IR in WebAssembly does what the interpreter does.
import { expect, it } from 'vitest';
import {
  add,
  advance,
  assign,
  binary,
  call,
  comment,
  compare,
  constant,
  convert,
  declare,
  INDEX,
  index,
  load,
  local,
  loop,
  mul,
  pointerTo,
  register,
  scale,
  store,
  sub,
} from '../../../codegen/kernel-ir/index.ts';
import type { Expr, KernelFunction, Statement } from '../../../codegen/kernel-ir/types.ts';
import { type Given, moduleOf, runEverywhere, slot } from './run-kernel.ts';

const F32 = pointerTo('f32');
const I32 = pointerTo('i32');
const x = local('x', I32);
const y = local('y', I32);
const i = local('i', INDEX);
const i32 = (value: number): Expr => constant(value, register('i32'));

const NUMBERS: Given = { type: 'i32', values: [5, -3, 8, 0, 12, 7, -9, 4] };

/** A kernel from eight i32 at `x` to eight at `y`. */
function kernel(body: readonly Statement[], name = 'kernel'): KernelFunction {
  return {
    name,
    parameters: [
      { name: 'x', type: I32 },
      { name: 'y', type: I32, writes: true },
    ],
    body: [clear(), ...body],
  };
}

/** Gives every output a value, so that the interpreter's garbage does not count. */
const clear = (): Statement => loop('clear', 0, 8, [store(advance(y, local('clear', INDEX)), 0, i32(0))]);

function expectSame(functions: readonly KernelFunction[]): readonly unknown[] {
  const outcomes = runEverywhere(moduleOf(functions, [slot('x', 'i32', 8)], [slot('y', 'i32', 8)]), [NUMBERS]);
  for (const { target, expected, found } of outcomes) expect(found, target).toEqual(expected);
  return outcomes[0]?.found ?? [];
}

it('counts loops with constant, computed and empty ranges, and in steps', () => {
  const bump = (at: Expr): Statement => store(advance(y, at), 0, add(load(advance(y, at)), i32(1)));
  const end = convert(load(x, 7), 'index');
  expectSame([
    kernel([
      loop('a', 2, 7, [bump(local('a', INDEX))]),
      loop('b', 0, end, [bump(local('b', INDEX))], 3),
      loop('c', 6, end, [bump(local('c', INDEX))]),
      loop('d', 3, 3, [bump(local('d', INDEX))]),
      loop('e', 5, 6, [bump(local('e', INDEX))]),
      loop('f', add(end, index(1)), add(end, index(3)), [bump(local('f', INDEX))], 1, 'workgroup'),
    ]),
  ]);
});

it('evaluates the end of a loop once, before the loop', () => {
  const n = local('n', INDEX);
  const found = expectSame([
    kernel([
      declare('n', index(4)),
      loop('a', 0, n, [assign('n', add(n, index(1))), store(advance(y, local('a', INDEX)), 0, convert(n, 'i32'))]),
      loop('b', 0, convert(load(y, 0), 'index'), [store(y, 0, i32(1)), store(advance(y, local('b', INDEX)), 1, i32(9))]),
    ]),
  ]);
  expect(found).toEqual([1, 9, 9, 9, 9, 9, 0, 0]);
});

it('nests loops and starts the inner one anew', () => {
  const [row, column] = [local('row', INDEX), local('column', INDEX)];
  expectSame([
    kernel([
      loop('row', 0, 2, [
        loop('column', row, add(row, index(4)), [
          store(advance(y, add(scale(row, 4), sub(column, row))), 0, convert(add(scale(row, 10), column), 'i32')),
        ]),
      ]),
    ]),
  ]);
});

it('repeats while a condition holds, and takes both ways of a choice', () => {
  const at = local('at', INDEX);
  const value = load(advance(x, at));
  expectSame([
    kernel([
      declare('at', index(0)),
      {
        kind: 'while',
        condition: compare('lt', at, index(8)),
        body: [
          {
            kind: 'if',
            condition: compare('gt', value, i32(0)),
            then: [store(advance(y, at), 0, value)],
            otherwise: [store(advance(y, at), 0, i32(-1)), comment('negative')],
          },
          { kind: 'if', condition: compare('eq', value, i32(0)), then: [], otherwise: [] },
          { kind: 'if', condition: compare('eq', value, i32(12)), then: [store(advance(y, at), 0, i32(99))], otherwise: [] },
          { kind: 'barrier' },
          assign('at', add(at, index(1))),
        ],
      },
      { kind: 'while', condition: compare('lt', at, index(0)), body: [assign('at', add(at, index(1)))] },
    ]),
  ]);
});

it('moves pointers by constants, by indices and by scaled indices, forwards and backwards', () => {
  const p = local('p', I32);
  const found = expectSame([
    kernel([
      declare('p', advance(x, index(6))),
      store(y, 0, load(p, -6)),
      store(y, 1, load(advance(p, index(-2)), 1)),
      assign('p', advance(p, index(-6))),
      store(y, 2, load(advance(advance(p, convert(load(p, 7), 'index')), index(1)), -3)),
      loop('i', 0, 2, [store(advance(advance(y, scale(i, 2)), index(3)), 0, load(advance(p, add(scale(i, 3), index(1)))))]),
      assign('p', y),
      store(advance(p, index(7)), -1, i32(77)),
    ]),
  ]);
  expect(found).toEqual([5, 7, 8, -3, 0, 12, 77, 0]);
});

it('calls functions with pointers, numbers, vectors and conditions', () => {
  const V = register('f32', 4);
  const callee: KernelFunction = {
    name: 'scale_add',
    parameters: [
      { name: 'out', type: F32, writes: true },
      { name: 'v', type: V },
      { name: 'factor', type: register('f32') },
      { name: 'count', type: INDEX },
      { name: 'negate', type: register('bool') },
    ],
    body: [
      declare('sum', local('v', V)),
      loop('i', 0, local('count', INDEX), [assign('sum', add(local('sum', V), local('v', V)))]),
      {
        kind: 'if',
        condition: local('negate', register('bool')),
        then: [assign('sum', { kind: 'unary', type: V, op: 'neg', value: local('sum', V) })],
        otherwise: [],
      },
      store(local('out', F32), 0, mul(local('sum', V), { kind: 'splat', type: V, value: local('factor', register('f32')) })),
    ],
  };
  const caller: KernelFunction = {
    name: 'kernel',
    parameters: [
      { name: 'x', type: F32 },
      { name: 'y', type: F32, writes: true },
    ],
    body: [0, 4].map((offset) =>
      call('scale_add', [
        advance(local('y', F32), index(offset)),
        load(local('x', F32), offset, 4),
        load(local('x', F32), 1),
        index(offset),
        compare('lt', load(local('x', F32), offset), constant(0, register('f32'))),
      ]),
    ),
  };
  const given: Given = { type: 'f32', values: [1, 2, 3, 4, -5, 6, 7, 8] };
  for (const { target, expected, found } of runEverywhere(moduleOf([callee, caller], [slot('x', 'f32', 8)], [slot('y', 'f32', 8)]), [
    given,
  ])) {
    expect(found, target).toEqual(expected);
    expect(found, target).toEqual([2, 4, 6, 8, 50, -60, -70, -80]);
  }
});

it('keeps private arrays of caller and callee apart', () => {
  const array = (name: string): Statement => ({ kind: 'array', name, type: I32, elements: 5 });
  const fill = (name: string, factor: number): Statement =>
    loop(`${name}_i`, 0, 5, [
      store(advance(local(name, I32), local(`${name}_i`, INDEX)), 0, mul(convert(local(`${name}_i`, INDEX), 'i32'), i32(factor))),
    ]);
  const sum = (name: string, at: number): Statement =>
    loop(`${name}_s`, 0, 5, [store(y, at, add(load(y, at), load(advance(local(name, I32), local(`${name}_s`, INDEX)))))]);
  const inner: KernelFunction = {
    name: 'inner',
    parameters: [{ name: 'y', type: I32, writes: true }],
    body: [array('b'), array('c'), fill('b', 10), fill('c', 100), sum('b', 1), sum('c', 2)],
  };
  const found = expectSame([inner, kernel([array('a'), fill('a', 1), call('inner', [y]), sum('a', 0)])]);
  expect(found).toEqual([10, 100, 1000, 0, 0, 0, 0, 0]);
});

it('evaluates operands that need temporaries in their order', () => {
  const low = (a: Expr, b: Expr): Expr => binary('min', a, b);
  const high = (a: Expr, b: Expr): Expr => binary('max', a, b);
  const at = (position: number): Expr => load(x, position);
  expectSame([
    kernel([
      store(y, 0, low(high(at(0), at(1)), high(low(at(2), at(3)), low(at(4), at(5))))),
      store(y, 1, {
        kind: 'unary',
        type: register('i32'),
        op: 'abs',
        value: low(at(1), { kind: 'unary', type: register('i32'), op: 'abs', value: at(6) }),
      }),
    ]),
  ]);
});
