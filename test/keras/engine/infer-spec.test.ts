import { describe, expect, it } from 'vitest';
import { KerasTensor } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';

const symbol = (...shape: (number | null)[]): KerasTensor => new KerasTensor(shape);

describe('symbolic shapes', () => {
  it('keep what is known and leave open what depends on the unknown', () => {
    expect(ops.reshape(symbol(null, 4, 6), [-1, 12]).shape).toEqual([null, 12]);
    expect(ops.concatenate([symbol(null, 2), symbol(null, 2)]).shape).toEqual([null, 2]);
    expect(ops.sum(symbol(null, 4), { axis: 0 }).shape).toEqual([4]);
  });

  it('let unknown dimensions of two arguments differ where they must', () => {
    expect(ops.matmul(symbol(null, 2), symbol(null, 3)).shape).toEqual([null, 3]);
    expect(ops.add(symbol(null, 4), symbol(null)).shape).toEqual([null, 4]);
  });

  it('stay open behind arguments that are numbers', () => {
    const looped = ops.foriLoop(0, 4, (_index, x) => ops.add(x as never, 2), symbol(null)) as unknown as KerasTensor;
    expect(looped.shape).toEqual([null]);
  });

  it('find a size that divides for functions that split', () => {
    expect(ops.split(symbol(null, 3), 4).map(({ shape }) => shape)).toEqual(new Array(4).fill([null, 3]));
  });

  it('are None in messages, whatever they were filled with', () => {
    expect(() => ops.matmul(symbol(null, 2), symbol(5, 3))).toThrow(/x1\.shape=\(None, 2\), x2\.shape=\(5, 3\)/);
    expect(() => new layers.Cropping2D(2)(layers.Input({ shape: [3, 3, 1] }))).toThrow(/shape=\(None, 3, 3, 1\)/);
  });
});
