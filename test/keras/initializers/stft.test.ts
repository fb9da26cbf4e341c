import { describe, expect, it } from 'vitest';
import * as initializers from '../../../compiler/keras/initializers/index.ts';
import { signalWindow } from '../../../compiler/keras/initializers/signal-windows.ts';

const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(8)));

// Millionths of scipy.signal.get_window(name, 5, fftbins).
describe('windows', () => {
  it.each([
    ['boxcar', false, [1000000, 1000000, 1000000, 1000000, 1000000]],
    ['boxcar', true, [1000000, 1000000, 1000000, 1000000, 1000000]],
    ['hann', false, [0, 500000, 1000000, 500000, 0]],
    ['hann', true, [0, 345492, 904508, 904508, 345492]],
    ['hamming', false, [80000, 540000, 1000000, 540000, 80000]],
    ['hamming', true, [80000, 397852, 912148, 912148, 397852]],
    ['blackman', false, [0, 340000, 1000000, 340000, 0]],
    ['blackman', true, [0, 200770, 849230, 849230, 200770]],
    ['nuttall', false, [363, 226982, 1000000, 226982, 363]],
    ['nuttall', true, [363, 110515, 798258, 798258, 110515]],
    ['blackmanharris', false, [60, 217470, 1000000, 217470, 60]],
    ['blackmanharris', true, [60, 103011, 793834, 793834, 103011]],
    ['flattop', false, [-421, -54737, 1000000, -54737, -421]],
    ['flattop', true, [-421, -67714, 606872, 606872, -67714]],
    ['bartlett', false, [0, 500000, 1000000, 500000, 0]],
    ['bartlett', true, [0, 400000, 800000, 800000, 400000]],
    ['triang', false, [333333, 666667, 1000000, 666667, 333333]],
    ['triang', true, [166667, 500000, 833333, 833333, 500000]],
    ['cosine', false, [309017, 809017, 1000000, 809017, 309017]],
    ['cosine', true, [258819, 707107, 965926, 965926, 707107]],
    ['bohman', false, [0, 318310, 1000000, 318310, 0]],
    ['bohman', true, [0, 179124, 834311, 834311, 179124]],
    ['barthann', false, [0, 500000, 1000000, 500000, 0]],
    ['barthann', true, [0, 358574, 879426, 879426, 358574]],
  ] as const)('%s, periodic %s, are those of SciPy', (name, periodic, expected) => {
    expect(signalWindow(name, 5, periodic).map((value) => Math.round(value * 1e6) + 0)).toEqual(expected);
  });
});

describe('STFT', () => {
  it('refuses what it does not know', () => {
    expect(() => new initializers.STFT({ side: 'x' as 'real' })).toThrow("side should be 'real' or 'imag'");
    expect(() => new initializers.STFT({ window: 'x' })).toThrow('Unknown window type');
    expect(() => new initializers.STFT({ scaling: 'x' as 'density' })).toThrow('Scaling is invalid');
    expect(() => new initializers.STFT({ window: [1, 1] })([3, 1, 3]).data).toThrow('must be equal to [frame_length]');
  });

  it('takes the values of a window', () => {
    const values = new initializers.STFT({ window: [1, 2], scaling: 'spectrum' })([2, 1, 2]).data;
    expect(rounded(Array.from(values, Number))).toEqual([1, 1, 2, -2].map((value) => Number(Math.fround(value / 3).toFixed(8))));
  });
});
