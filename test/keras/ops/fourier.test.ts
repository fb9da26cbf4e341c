import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { numbersOf, sample, worstDifference } from './numbers.ts';

/** Errors of a transform grow like the logarithm of its length. */
const bound = (length: number): number => 16 * Math.ceil(Math.log2(length + 1)) * 2 ** -24;

/** The definition, in double precision. */
function transformOf(real: readonly number[], imag: readonly number[], direction = -1): readonly [number[], number[]] {
  const n = real.length;
  const parts = Array.from({ length: n }, (_, k) => {
    let [a, b] = [0, 0];
    for (let j = 0; j < n; j++) {
      const angle = (direction * 2 * Math.PI * ((j * k) % n)) / n;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      a += (real[j] as number) * c - (imag[j] as number) * s;
      b += (real[j] as number) * s + (imag[j] as number) * c;
    }
    return [a, b] as const;
  });
  return [parts.map(([a]) => a), parts.map(([, b]) => b)];
}

describe('Fourier transforms', () => {
  // One product, products of small factors, a large factor, primes below and above the limit of one product.
  it.each([1, 2, 7, 64, 60, 100, 128, 134, 97, 401, 509])('of length %i are the sums of the definition', (length) => {
    const [real, imag] = [sample([length]), sample([length], 0.3)];
    const found = ops.fft([real, imag]) as [Tensor, Tensor];
    const expected = transformOf(numbersOf(real), numbersOf(imag));
    found.forEach((part, index) => {
      expect(worstDifference(numbersOf(part), expected[index as 0 | 1])).toBeLessThan(bound(length));
    });
  });

  it('of a plane are undone by their inverse', () => {
    const pair = [sample([2, 6, 35]), sample([2, 6, 35], 0.3)] as const;
    const back = ops.ifft2(ops.fft2(pair) as unknown as [Tensor, Tensor]) as [Tensor, Tensor];
    back.forEach((part, index) => {
      expect(worstDifference(numbersOf(part), numbersOf(pair[index as 0 | 1]))).toBeLessThan(2 * bound(210));
    });
  });

  it.each([8, 9, 130, 211])('of real signals of length %i are undone by their inverse', (length) => {
    const x = sample([3, length]);
    const half = ops.rfft(x) as [Tensor, Tensor];
    expect(half[0].shape).toEqual([3, Math.floor(length / 2) + 1]);
    const back = ops.irfft(half, { fftLength: length });
    expect(worstDifference(numbersOf(back), numbersOf(x))).toBeLessThan(2 * bound(length));
  });

  it('cut or fill up real signals', () => {
    const x = sample([6]);
    const cut = ops.rfft(x, { fftLength: 4 }) as Tensor[];
    expect(numbersOf(cut[0] as Tensor)).toEqual(numbersOf((ops.rfft(ops.getItem(x, { stop: 4 })) as Tensor[])[0] as Tensor));
    expect((ops.rfft(x, { fftLength: 10 }) as Tensor[])[0]?.shape).toEqual([6]);
  });

  it('of frames give the signal back, whatever the stride', () => {
    const x = sample([2, 96]);
    for (const [length, stride, window] of [
      [16, 4, 'hann'],
      [16, 8, 'hamming'],
      [12, 5, 'hamming'],
    ] as const) {
      const frames = ops.stft(x, length, stride, 16, { window }) as [Tensor, Tensor];
      const back = ops.istft(frames, length, stride, 16, { window });
      // At the ends not all frames are there that would count.
      const whole = { start: 16, stop: (back.shape[1] as number) - 16 };
      expect(worstDifference(numbersOf(ops.getItem(back, [{}, whole])), numbersOf(ops.getItem(x, [{}, whole])))).toBeLessThan(
        20 * bound(16),
      );
    }
  });

  it('say what they cannot take', () => {
    expect(() => ops.stft(ops.cast(sample([32]), 'float16'), 8, 4, 8)).toThrow(/Expected `float32` or `float64`/);
    expect(() => ops.stft(sample([32]), 16, 4, 8)).toThrow(/`fft_length` must equal or larger/);
    expect(() => ops.stft(sample([32]), 8, 4, 8, { window: 'kaiser' as 'hann' })).toThrow(/must be one of/);
    expect(() => ops.fft([sample([3]), sample([4])])).toThrow(/should have the same shape/);
  });
});

describe('extractSequences', () => {
  it('gives overlapping frames by slices and by indices alike', () => {
    const x = ops.arange(20, { dtype: 'float32' });
    for (const [length, stride] of [
      [6, 3],
      [5, 3],
      [4, 7],
    ] as const) {
      const frames = ops.extractSequences(x, length, stride);
      const count = Math.floor((20 - length) / stride) + 1;
      const expected = Array.from({ length: count }, (_, frame) => Array.from({ length }, (_unused, k) => frame * stride + k));
      expect(frames.shape).toEqual([count, length]);
      expect(numbersOf(frames)).toEqual(expected.flat());
    }
  });
});
