// What the verifier refuses, and how functions print.
import { describe, expect, it } from 'vitest';
import {
  add,
  advance,
  assign,
  constant,
  declare,
  INDEX,
  index,
  load,
  local,
  loop,
  pointerTo,
  register,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import { printFunction } from '../../../codegen/kernel-ir/print.ts';
import type { Expr, KernelFunction, Statement } from '../../../codegen/kernel-ir/types.ts';
import { verifyFunctions } from '../../../codegen/kernel-ir/verify.ts';

const x = local('x', pointerTo('f32'));
const y = local('y', pointerTo('f32'));
const withBody = (...body: Statement[]): KernelFunction => ({
  name: 'f',
  parameters: [
    { name: 'x', type: pointerTo('f32') },
    { name: 'y', type: pointerTo('f32'), writes: true },
  ],
  body,
});
const verify =
  (...body: Statement[]) =>
  () =>
    verifyFunctions([withBody(...body)]);
const one: Expr = constant(1, register('f32'));

describe('verifier', () => {
  it('accepts a correct function', () => {
    expect(verify(loop('i', 0, 4, [store(advance(y, local('i', INDEX)), 0, add(load(x), one))]))).not.toThrow();
  });

  it('refuses locals used before, or after the block of, their declaration', () => {
    expect(verify(store(y, 0, local('a', register('f32'))))).toThrow(/a is used before/);
    expect(verify(loop('i', 0, 4, [declare('a', one)]), store(y, 0, local('a', register('f32'))))).toThrow(/a is used before/);
  });

  it('refuses two locals of one name and writes through read-only parameters', () => {
    expect(verify(declare('a', one), declare('a', one))).toThrow(/a is declared twice/);
    expect(verify(store(advance(x, index(3)), 0, one))).toThrow(/x is written/);
  });

  it('refuses types that do not fit', () => {
    expect(verify(declare('a', one), assign('a', index(1)))).toThrow(/expected f32, found index/);
    expect(verify(store(y, 0, index(1)))).toThrow(/store of index to f32/);
    expect(verify({ kind: 'if', condition: one, then: [], otherwise: [] })).toThrow(/condition of type f32/);
  });

  it('refuses unknown callees and wrong arguments', () => {
    expect(verify({ kind: 'call', callee: 'g', args: [] })).toThrow(/g is called but not defined/);
    const caller: KernelFunction = { ...withBody({ kind: 'call', callee: 'f', args: [x] }), name: 'g' };
    expect(() => verifyFunctions([withBody(), caller])).toThrow(/takes 2 arguments, got 1/);
  });
});

describe('printer', () => {
  it('prints one statement a line', () => {
    const printed = printFunction(withBody(loop('i', 0, 4, [store(advance(y, local('i', INDEX)), 0, add(load(x), one))])));
    expect(printed).toBe('function f(x: *f32, y: out *f32)\n  for i in 0 .. 4\n    (y @ i)[0] = (x[0] + 1:f32)');
  });
});
