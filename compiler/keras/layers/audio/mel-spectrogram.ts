// Spectrograms on the mel scale, which follows the ear.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

export interface MelSpectrogramOptions extends LayerOptions {
  /** Default 2048. */
  readonly fftLength?: number;
  /** Samples from frame to frame. Default 512. */
  readonly sequenceStride?: number;
  /** Samples of a frame; by default `fftLength`. */
  readonly sequenceLength?: number | null;
  /** Default `hann`. */
  readonly window?: 'hann' | 'hamming' | null;
  /** Hertz. Default 16000. */
  readonly samplingRate?: number;
  /** Default 128. */
  readonly numMelBins?: number;
  /** Hertz. Default 20. */
  readonly minFreq?: number;
  /** Hertz; by default half the sampling rate. */
  readonly maxFreq?: number | null;
  /** Whether to give decibels. Default true. */
  readonly powerToDb?: boolean;
  /** Decibels below the loudest that are kept. Default 80. */
  readonly topDb?: number;
  /** The power of the magnitude. Default 2. */
  readonly magExp?: number;
  /** Default 1e-10. */
  readonly minPower?: number;
  /** The power of 0 decibels. Default 1. */
  readonly refPower?: number;
}

const BREAK_FREQUENCY_HERTZ = 700;
const HIGH_FREQUENCY_Q = 1127;
const toMel = (hertz: number): number => HIGH_FREQUENCY_Q * Math.log(1 + hertz / BREAK_FREQUENCY_HERTZ);

/** (time) or (batch, time) -> (..., numMelBins, frames). */
export class MelSpectrogram extends Layer {
  readonly fftLength: number;
  readonly sequenceStride: number;
  readonly sequenceLength: number;
  readonly window: 'hann' | 'hamming' | null;
  readonly samplingRate: number;
  readonly numMelBins: number;
  readonly minFreq: number;
  readonly maxFreq: number;
  readonly powerToDb: boolean;
  readonly topDb: number;
  readonly magExp: number;
  readonly minPower: number;
  readonly refPower: number;

  constructor(options: MelSpectrogramOptions = {}) {
    super(options);
    this.fftLength = options.fftLength ?? 2048;
    this.sequenceStride = options.sequenceStride ?? 512;
    this.sequenceLength = options.sequenceLength ?? this.fftLength;
    if (this.fftLength < this.sequenceLength) {
      throw new ValueError(
        `\`fft_length\` must be greater than or equal to \`sequence_length\`. Received: \`sequence_length\`=${this.sequenceLength}, \`fft_length\`=${this.fftLength}.`,
        { code: 'spectrogram' },
      );
    }
    this.window = options.window === undefined ? 'hann' : options.window;
    this.samplingRate = options.samplingRate ?? 16000;
    this.numMelBins = options.numMelBins ?? 128;
    this.minFreq = options.minFreq ?? 20;
    this.maxFreq = options.maxFreq ?? Math.trunc(this.samplingRate / 2);
    this.powerToDb = options.powerToDb ?? true;
    this.topDb = options.topDb ?? 80;
    this.magExp = options.magExp ?? 2;
    this.minPower = options.minPower ?? 1e-10;
    this.refPower = options.refPower ?? 1;
  }

  override call(inputs: Tensor): Tensor {
    const signal = ops.cast(inputs, this.computeDtype === 'float64' ? 'float64' : 'float32');
    const [real, imag] = ops.stft(signal, this.sequenceLength, this.sequenceStride, this.fftLength, { window: this.window }) as [
      Tensor,
      Tensor,
    ];
    const magnitude = ops.power(ops.sqrt(ops.add(ops.square(real), ops.square(imag))), this.magExp);
    const mel = ops.matmul(magnitude, ops.cast(this.melWeights(magnitude.shape[magnitude.rank - 1] as number), magnitude.dtype));
    const scaled = this.powerToDb ? this.#decibels(mel) : mel;
    return ops.cast(ops.swapaxes(scaled, -1, -2), this.computeDtype);
  }

  #decibels(power: Tensor): Tensor {
    const reference = 10 * Math.log10(Math.max(Math.abs(this.refPower), this.minPower));
    const decibels = ops.subtract(ops.multiply(ops.log10(ops.maximum(power, this.minPower)), 10), reference);
    return ops.maximum(decibels, ops.subtract(ops.max(decibels), this.topDb));
  }

  /** Triangles over the frequencies, evenly spaced in mel: [frequencies, mel bins]. The lowest frequency, 0, counts nowhere. */
  melWeights(frequencies: number): number[][] {
    const [low, high] = [toMel(this.minFreq), toMel(this.maxFreq)];
    const edge = (index: number): number => low + ((high - low) * index) / (this.numMelBins + 1);
    return Array.from({ length: frequencies }, (_, bin) => {
      const mel = toMel((this.samplingRate / 2) * (bin / (frequencies - 1)));
      return Array.from({ length: this.numMelBins }, (_unused, index) => {
        const [left, centre, right] = [edge(index), edge(index + 1), edge(index + 2)];
        return bin === 0 ? 0 : Math.max(0, Math.min((mel - left) / (centre - left), (right - mel) / (right - centre)));
      });
    });
  }

  override getConfig(): Record<string, unknown> {
    const { fftLength, sequenceStride, sequenceLength, window, samplingRate, numMelBins, minFreq, maxFreq, powerToDb } = this;
    const { topDb, magExp, minPower, refPower } = this;
    const frames = { fftLength, sequenceStride, sequenceLength, window, samplingRate, numMelBins, minFreq, maxFreq };
    return { ...super.getConfig(), ...frames, powerToDb, topDb, magExp, minPower, refPower };
  }
}
