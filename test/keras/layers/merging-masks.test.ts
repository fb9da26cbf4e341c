import { describe, expect, it } from 'vitest';
import { getKerasMask, setKerasMask } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';

/** (1, 3, 1), with a mask or without. */
function steps(values: readonly number[], mask?: readonly boolean[]): Tensor {
  const tensor = ops.convertToTensor([values.map((value) => [value])], { dtype: 'float32' });
  if (mask) setKerasMask(tensor, ops.convertToTensor([mask]) as Tensor);
  return tensor;
}

const A = [2, 3, 4];
const B = [5, 6, 7];
const outputs = (layer: layers.Layer, ...inputs: Tensor[]): { values: number[]; mask: number[] | undefined } => {
  const output = layer(inputs);
  const mask = getKerasMask(output) as Tensor | undefined;
  return { values: Array.from(output.data, Number), mask: mask && Array.from(mask.data, Number) };
};
const masked = (): [Tensor, Tensor] => [steps(A, [true, true, false]), steps(B, [true, false, false])];
const half = (): [Tensor, Tensor] => [steps(A, [true, true, false]), steps(B)];

// Results of Keras 3.15.1.
describe('what merges masked inputs', () => {
  it('adds and averages without looking at masks, and joins them', () => {
    expect(outputs(new layers.Add(), ...masked())).toEqual({ values: [7, 9, 11], mask: [1, 1, 0] });
    expect(outputs(new layers.Average(), ...masked())).toEqual({ values: [3.5, 4.5, 5.5], mask: [1, 1, 0] });
    expect(outputs(new layers.Add(), ...half())).toEqual({ values: [7, 9, 11], mask: undefined });
  });

  it('multiplies with 1 for what is hidden, and gives 0 where all is', () => {
    expect(outputs(new layers.Multiply(), ...masked())).toEqual({ values: [10, 3, 0], mask: [1, 1, 0] });
    expect(outputs(new layers.Multiply(), ...half())).toEqual({ values: [10, 18, 7], mask: undefined });
  });

  it('takes the maximum of what is shown', () => {
    expect(outputs(new layers.Maximum(), ...masked()).values.slice(0, 2)).toEqual([5, 3]);
  });
});
