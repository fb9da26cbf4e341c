import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';
import { float32Error, numbersOf, worstDifference } from './numbers.ts';

const points = [-2.5, -1, -0.25, 0, 0.5, 1, 3];
const x = tensorOf('float32', [points.length], Float32Array.from(points));

const oracles: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => number])[] = [
  ['exp2', ops.exp2, (v) => 2 ** v],
  ['sinc', ops.sinc, (v) => (v === 0 ? 1 : Math.sin(Math.PI * v) / (Math.PI * v))],
  ['trunc', ops.trunc, Math.trunc],
  ['silu', ops.silu, (v) => v / (1 + Math.exp(-v))],
  ['softplus', ops.softplus, (v) => Math.log1p(Math.exp(v))],
  ['logSigmoid', ops.logSigmoid, (v) => -Math.log1p(Math.exp(-v))],
  ['elu', ops.elu, (v) => (v > 0 ? v : Math.expm1(v))],
  ['selu', ops.selu, (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v))],
  ['hardSigmoid', ops.hardSigmoid, (v) => Math.min(Math.max(v + 3, 0), 6) / 6],
  ['softShrink', ops.softShrink, (v) => Math.sign(v) * Math.max(Math.abs(v) - 0.5, 0)],
  ['squareplus', ops.squareplus, (v) => (v + Math.sqrt(v * v + 4)) / 2],
];

describe('functions of one tensor', () => {
  it.each(oracles)('computes %s as its formula says', (_name, op, formula) => {
    expect(worstDifference(numbersOf(op(x)), points.map(formula))).toBeLessThan(float32Error(8));
  });

  it('does not overflow where only a part of a formula would', () => {
    const large = tensorOf('float32', [2], Float32Array.of(-1e4, 1e4));
    expect(numbersOf(ops.softplus(large))).toEqual([0, 1e4]);
    expect(numbersOf(ops.logsumexp(large, {}))).toEqual([1e4]);
    expect(numbersOf(ops.softmax(large))).toEqual([0, 1]);
    expect(numbersOf(ops.hypot(3e30, 4e30))[0]).toBeCloseTo(5e30, -25);
  });

  it('gives integers their own dtype back where Keras does', () => {
    const whole = ops.convertToTensor([-1, 2]);
    expect(ops.relu(whole).dtype).toBe('int32');
    expect(ops.gelu(whole).dtype).toBe('int32');
    expect(ops.exp(whole).dtype).toBe('float32');
  });
});

describe('functions of two tensors', () => {
  it('takes the sign of the divisor in mod, of the dividend in fmod', () => {
    const [a, b] = [
      [7, -7, 7, -7],
      [3, 3, -3, -3],
    ];
    expect(numbersOf(ops.mod(a as number[], b as number[]))).toEqual([1, 2, -2, -1]);
    expect(numbersOf(ops.fmod(a as number[], b as number[]))).toEqual([1, -1, 1, -1]);
    expect(numbersOf(ops.floorDivide(a as number[], b as number[]))).toEqual([2, -3, -3, 2]);
  });

  it('prefers numbers to NaN in fmax, NaN in maximum', () => {
    const [first, second] = numbersOf(ops.fmax([Number.NaN, 1.5], [2.5, Number.NaN]));
    expect([first, second]).toEqual([2.5, 1.5]);
    expect(numbersOf(ops.maximum([Number.NaN], [2.5]))).toEqual([Number.NaN]);
  });

  it('divides by 0 without NaN where asked', () => {
    expect(numbersOf(ops.divideNoNan([1, 0, 3], [0, 0, 2]))).toEqual([0, 0, 1.5]);
  });

  it('repeats both operands to their common shape', () => {
    const sum = ops.add([[1], [2]], [10, 20, 30]);
    expect(sum.shape).toEqual([2, 3]);
    expect(numbersOf(sum)).toEqual([11, 21, 31, 12, 22, 32]);
    expect(() => ops.add([1, 2], [1, 2, 3])).toThrow(/Cannot broadcast shapes \(2,\) and \(3,\)/);
  });
});
