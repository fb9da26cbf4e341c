import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../compiler/build/prepare-model.ts';
import { probeInputs } from '../../compiler/build/probe-inputs.ts';
import { Input, layers, Model } from '../../compiler/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { readElements } from '../../compiler/ir/reference/elements.ts';

function probe(layer: (input: never) => unknown, options: { dtype?: string; shape: number[] }): number[] {
  const input = Input(options as never);
  const model = new Model({ inputs: input, outputs: layer(input as never) as never });
  const [array] = probeInputs(prepareModel(model).graph, 1);
  return Array.from(readElements(array as NDArray) as Float32Array, Number);
}

describe('probe inputs', () => {
  it('are the same for the same seed, and others for another', () => {
    const { graph } = prepareModel(sample());
    expect(probeInputs(graph, 7)).toEqual(probeInputs(graph, 7));
    expect(probeInputs(graph, 7)).not.toEqual(probeInputs(graph, 8));
  });

  it('lie around zero for numbers of which nothing is known', () => {
    const values = probe((x) => new layers.Dense(1)(x), { shape: [500] });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.min(...values)).toBeLessThan(-0.9);
  });

  it('are bytes where the model scales them down', () => {
    const values = probe((x) => new layers.Rescaling(1 / 255)(x), { shape: [500] });
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(200);
  });

  it('are rows of the table that they look up', () => {
    const values = probe((x) => new layers.Embedding(5, 2)(x), { shape: [200], dtype: 'int32' });
    expect([...new Set(values)].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('are rows of the table also where the indices are given as floats', () => {
    const values = probe((x) => new layers.Embedding(5, 2)(x), { shape: [200] });
    expect([...new Set(values)].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it.each(['bool', 'uint8', 'int8', 'uint64', 'int64', 'float16', 'bfloat16', 'float64'])('fill inputs of %s', (dtype) => {
    const short = { bool: 'bool', uint8: 'u8', int8: 'i8', uint64: 'u64', int64: 'i64', float16: 'f16', bfloat16: 'bf16', float64: 'f64' }[
      dtype
    ];
    const graph = parseGraph(`graph "g" {\n  input %0 "x": ${short}[64]\n  %1: ${short}[64] = reshape(%0) {shape=[64]}\n  output %1\n}\n`);
    const [array] = probeInputs(graph, 1);
    expect(array?.dtype).toBe(dtype);
    expect(new Set(Array.from(array?.data as Float32Array, Number)).size).toBeGreaterThan(1);
  });
});

function sample(): Model {
  const input = Input({ shape: [3] });
  return new Model({ inputs: input, outputs: new layers.Dense(1)(input) });
}
