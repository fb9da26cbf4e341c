// Random expressions: temporaries, nesting and every conversion together give what the interpreter gives.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  binary,
  compare,
  constant,
  convert,
  extract,
  narrow,
  reduceLanes,
  register,
  select,
  splat,
  unary,
} from '../../../codegen/kernel-ir/index.ts';
import type { BinaryOp, CompareOp, Expr, LaneReduction, MemoryType, RegisterScalar, UnaryOp } from '../../../codegen/kernel-ir/types.ts';
import { elementwise, type Given, runEverywhere } from './run-kernel.ts';

type Scalar = 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';
const FLOAT: readonly Scalar[] = ['f32', 'f64'];
const lanesOf = (scalar: Scalar): number => (scalar.endsWith('64') ? 2 : 4);

const leaf = (scalar: Scalar, lanes: number, inputs: ReadonlyMap<string, Expr>): fc.Arbitrary<Expr> => {
  const number = fc
    .constantFrom(0, 1, 2, 3, 7, 100, 255, 1000)
    .map((value) => constant(scalar === 'i64' || scalar === 'u64' ? BigInt(value) : value, register(scalar, lanes)));
  const input = inputs.get(`${scalar}x${lanes}`);
  return input ? fc.oneof({ weight: 3, arbitrary: fc.constant(input) }, number) : number;
};

const MEMORY: Partial<Record<Scalar, readonly MemoryType[]>> = { i32: ['i8', 'i16'], u32: ['u8', 'u16'], f32: ['f16', 'bf16'] };

/** Expressions of this type, of all that have one meaning: no division by zero, no fused multiply-add. */
function expression(scalar: Scalar, lanes: number, depth: number, inputs: ReadonlyMap<string, Expr>): fc.Arbitrary<Expr> {
  if (depth === 0) return leaf(scalar, lanes, inputs);
  const same = expression(scalar, lanes, depth - 1, inputs);
  const isFloat = FLOAT.includes(scalar);
  const unaries: readonly UnaryOp[] = isFloat ? ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] : ['neg', 'abs', 'not'];
  const binaries: readonly BinaryOp[] = isFloat
    ? ['add', 'sub', 'mul', 'div', 'min', 'max']
    : ['add', 'sub', 'mul', 'min', 'max', 'and', 'or', 'xor'];
  const convertible = (['i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const).filter(
    (from) => from !== scalar && (lanes === 1 || lanesOf(from) === lanes),
  );
  const choices: fc.Arbitrary<Expr>[] = [
    leaf(scalar, lanes, inputs),
    fc.tuple(fc.constantFrom(...unaries), same).map(([op, value]) => unary(op, value)),
    fc.tuple(fc.constantFrom(...binaries), same, same).map(([op, left, right]) => binary(op, left, right)),
    fc
      .tuple(fc.constantFrom<CompareOp[]>('eq', 'ne', 'lt', 'le', 'gt', 'ge'), same, same, same, same)
      .map(([op, left, right, yes, no]) => select(compare(op, left, right), yes, no)),
    ...convertible.map((from) => expression(from, lanes, depth - 1, inputs).map((value) => convert(value, scalar as RegisterScalar))),
    ...(MEMORY[scalar] ?? []).map((to) => same.map((value) => narrow(value, to))),
  ];
  const vector = expression(scalar, lanesOf(scalar), depth - 1, inputs);
  if (lanes > 1) choices.push(expression(scalar, 1, depth - 1, inputs).map((value) => splat(value, lanes)));
  else
    choices.push(
      fc.tuple(vector, fc.nat(lanesOf(scalar) - 1)).map(([value, lane]) => extract(value, lane)),
      fc.tuple(fc.constantFrom<LaneReduction[]>('add', 'mul', 'min', 'max'), vector).map(([op, value]) => reduceLanes(op, value)),
    );
  return fc.oneof(...choices);
}

const SAMPLES: Record<Scalar, readonly (number | bigint)[]> = {
  i32: [3, -7, 2147483647, -2147483648, 0, 65537, -1, 12],
  u32: [3, 4294967289, 2147483647, 2147483648, 0, 65537, 4294967295, 12],
  i64: [3n, -7n, 2n ** 63n - 1n, -(2n ** 63n), 0n, 2n ** 40n + 1n, -1n, 12n],
  u64: [3n, 2n ** 64n - 7n, 2n ** 63n - 1n, 2n ** 63n, 0n, 2n ** 40n + 1n, 2n ** 64n - 1n, 12n],
  f32: [1.5, -2.25, 1e30, -0, Number.NaN, Number.POSITIVE_INFINITY, 65519.5, 3e-6],
  f64: [1.5, -2.25, 1e300, -0, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53 + 2, 3e-300],
};

const forms = Object.keys(SAMPLES).flatMap((scalar) =>
  [1, lanesOf(scalar as Scalar)].map((lanes) => ({ scalar: scalar as Scalar, lanes })),
);

it.each(forms)('random expressions of $scalar x $lanes', ({ scalar, lanes }) => {
  const given: Given = { type: scalar, values: SAMPLES[scalar] };
  // Inside of the kernel, elements are known only when it is built: build the expression around a marker.
  const marker: Expr = { kind: 'local', type: register(scalar, lanes), name: 'marker' };
  const inputs = new Map([[`${scalar}x${lanes}`, marker]]);
  fc.assert(
    fc.property(expression(scalar, lanes, 3, inputs), (tree) => {
      const outcomes = runEverywhere(
        elementwise([given], scalar, lanes, (x) => replace(tree, marker, x as Expr)),
        [given],
      );
      for (const { target, expected, found } of outcomes) expect(found, target).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

function replace(tree: Expr, marker: Expr, by: Expr): Expr {
  if (tree === marker) return by;
  const copied = Object.entries(tree).map(([key, value]) => [key, isExpr(value) ? replace(value, marker, by) : value]);
  return Object.fromEntries(copied) as Expr;
}

const isExpr = (value: unknown): value is Expr => typeof value === 'object' && value !== null && 'kind' in value;
