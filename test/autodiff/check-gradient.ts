// Compares gradients with central differences, both computed by the reference in float64.
import { expect } from 'vitest';
import { pullBack } from '../../compiler/autodiff/pull-back.ts';
import { elementCount, type Shape } from '../../compiler/ir/shape.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { randomIntegers } from '../ir/random-values.ts';

/** Where values are drawn from. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export type Differentiable = (...inputs: Tensor[]) => readonly Tensor[];

/** A float64 tensor of repeatable random values. */
export function randomTensor(shape: Shape, seed: number, { low, high }: Range = { low: -1, high: 1 }): Tensor {
  const next = randomIntegers(seed);
  const data = Float64Array.from({ length: elementCount(shape) }, () => low + ((high - low) * next()) / 2 ** 32);
  return tensorOf('float64', shape, data);
}

/** A float64 tensor of given elements. */
export const f64 = (shape: Shape, ...elements: number[]): Tensor => tensorOf('float64', shape, Float64Array.from(elements));

/** The step of central differences: it balances their own error, step ** 2, against rounding, 2 ** -52 / step. */
const STEP = 2 ** -17;
/** The larger of both errors, times third derivatives and sums of up to some hundred. */
const TOLERANCE = 1e-6;

/** Checks the cotangents of all inputs for random cotangents of the float64 outputs. */
export function checkGradient(compute: Differentiable, inputs: readonly Tensor[], seed = 1): void {
  const outputs = compute(...inputs);
  const cotangents = outputs.map(({ dtype, shape }, index) => (dtype === 'float64' ? randomTensor(shape, seed + 100 + index) : null));
  const found = pullBack(outputs, cotangents, inputs);
  const weigh = (tensors: readonly Tensor[]): number => {
    const values = compute(...tensors);
    return cotangents.reduce((sum, cotangent, index) => (cotangent ? sum + dot(values[index] as Tensor, cotangent) : sum), 0);
  };
  inputs.forEach((input, index) => {
    const expected = centralDifferences((changed) => weigh(inputs.with(index, changed)), input);
    const cotangent = found[index];
    const actual = cotangent ? Array.from(cotangent.data as Float64Array) : expected.map(() => 0);
    const scale = Math.max(1, ...expected.map(Math.abs));
    const worst = Math.max(0, ...expected.map((value, element) => Math.abs(value - (actual[element] as number)) / scale));
    if (!(worst <= TOLERANCE)) expect(actual, `gradient of input ${index}`).toEqual(expected);
    expect(cotangent ? cotangent.shape : input.shape).toEqual(input.shape);
  });
}

function centralDifferences(weigh: (input: Tensor) => number, input: Tensor): number[] {
  const data = input.data as Float64Array;
  const at = (element: number, value: number): number => weigh(tensorOf('float64', input.shape, data.with(element, value)));
  return Array.from(data, (x, element) => (at(element, x + STEP) - at(element, x - STEP)) / (2 * STEP));
}

const dot = (a: Tensor, b: Tensor): number =>
  (a.data as Float64Array).reduce((sum, x, index) => sum + x * ((b.data as Float64Array)[index] as number), 0);
