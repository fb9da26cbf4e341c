import { describe, expect, it } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import { PRIMITIVES } from '../../compiler/ir/primitives/index.ts';
import { BINARY, type BinaryName, UNARY, type UnaryName } from '../../compiler/ir/primitives/params.ts';
import { lax } from '../../compiler/trace/lax.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { checkGradient, f64, type Range, randomTensor } from './check-gradient.ts';

const ANYWHERE: Range = { low: -2, high: 2 };
const DOMAINS: Partial<Record<UnaryName | BinaryName, Range>> = {
  sqrt: { low: 0.1, high: 3 },
  rsqrt: { low: 0.1, high: 3 },
  cbrt: { low: 0.1, high: 3 },
  log: { low: 0.1, high: 3 },
  log1p: { low: -0.8, high: 3 },
  asin: { low: -0.9, high: 0.9 },
  acos: { low: -0.9, high: 0.9 },
  atanh: { low: -0.9, high: 0.9 },
  acosh: { low: 1.1, high: 3 },
  erf_inv: { low: -0.8, high: 0.8 },
  lgamma: { low: 0.2, high: 4 },
  digamma: { low: 0.3, high: 14 },
  tan: { low: -1, high: 1 },
  power: { low: 0.2, high: 2 },
  divide: { low: 0.5, high: 2 },
  remainder: { low: 0.5, high: 0.9 },
};

describe('gradients of elementwise primitives', () => {
  for (const op of UNARY) {
    if (PRIMITIVES[op].gradient === 'none') continue;
    it(`${op} agrees with differences, once and twice`, () => {
      const x = randomTensor([3, 2], 1, DOMAINS[op] ?? ANYWHERE);
      checkGradient((x) => [lax[op](x)], [x]);
      checkGradient((x) => pullBack([lax[op](x)], [randomTensor([3, 2], 9)], [x]) as Tensor[], [x]);
    });
  }
  for (const op of BINARY) {
    if (PRIMITIVES[op].gradient === 'none' || op === 'next_after') continue;
    it(`${op} agrees with differences, once and twice`, () => {
      const inputs = [randomTensor([3, 2], 1, DOMAINS[op] ?? ANYWHERE), randomTensor([3, 2], 2, DOMAINS[op] ?? ANYWHERE)];
      checkGradient((x, y) => [lax[op](x, y)], inputs);
      checkGradient((x, y) => pullBack([lax[op](x, y)], [randomTensor([3, 2], 9)], [x, y]) as Tensor[], inputs);
    });
  }

  it('digamma below zero uses the reflection', () => {
    checkGradient((x) => [lax.digamma(x)], [f64([3], -0.3, -1.6, 0.2)]);
  });
  it('power with a base of zero or less counts the logarithm as 0', () => {
    const [x, y] = [f64([2], 0, -2), f64([2], 2, 4)];
    const [dx, dy] = pullBack([lax.power(x, y)], [lax.fullLike(x, 1)], [x, y]);
    expect([[...(dx as Tensor).data], [...(dy as Tensor).data]]).toEqual([
      [0, -32],
      [0, 0],
    ]);
  });
  it('equal operands of maximum and minimum: the first takes it', () => {
    const [x, y] = [f64([1], 3), f64([1], 3)];
    for (const op of ['maximum', 'minimum'] as const) {
      const found = pullBack([lax[op](x, y)], [lax.fullLike(x, 1)], [x, y]);
      expect(found.map((cotangent) => cotangent?.data[0])).toEqual([1, 0]);
    }
  });
  it('abs has slope 0 at 0', () => {
    const x = f64([1], 0);
    expect(pullBack([lax.abs(x)], [lax.fullLike(x, 1)], [x])[0]?.data[0]).toBe(0);
  });
});
