// Spectrograms by a convolution whose kernels are the waves of a Fourier transform, and can be trained.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import { STFT } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';

export type SpectrogramMode = 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle' | 'stft';
const MODES: readonly SpectrogramMode[] = ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'];

export interface STFTSpectrogramOptions extends LayerOptions {
  /** What is given of each frequency. Default `log`, the logarithm of the magnitude. */
  readonly mode?: SpectrogramMode;
  /** Samples of a frame. Default 256. */
  readonly frameLength?: number;
  /** Samples from frame to frame; half a frame by default. */
  readonly frameStep?: number | null;
  /** By default the power of 2 that a frame fits into. */
  readonly fftLength?: number | null;
  /** SciPy's name of a window, its values, or null for none. Default `hann`. */
  readonly window?: string | readonly number[] | null;
  readonly periodic?: boolean;
  readonly scaling?: 'density' | 'spectrum' | null;
  readonly padding?: 'valid' | 'same';
  /** Keeps channels and frequencies apart. Default false. */
  readonly expandDims?: boolean;
  readonly dataFormat?: DataFormat | null;
}

function requireArguments(options: STFTSpectrogramOptions, frameLength: number): void {
  const { frameStep = null, fftLength = null, mode = 'log', padding = 'valid', scaling = 'density' } = options;
  const refuse = (message: string): never => {
    throw new ValueError(message, { code: 'spectrogram' });
  };
  if (frameStep !== null && (frameStep > frameLength || frameStep < 1))
    refuse(
      `\`frame_step\` should be a positive integer not greater than \`frame_length\`. Received frame_step=${frameStep}, frame_length=${frameLength}`,
    );
  if (fftLength !== null && fftLength < frameLength)
    refuse(`\`fft_length\` should be not less than \`frame_length\`. Received fft_length=${fftLength}, frame_length=${frameLength}`);
  if (fftLength !== null && (fftLength & -fftLength) !== fftLength)
    refuse(`\`fft_length\` should be a power of two. Received fft_length=${fftLength}`);
  if (!MODES.includes(mode)) refuse(`Output mode is invalid, it must be one of ${MODES.join(', ')}. Received: mode=${mode}`);
  if (!['valid', 'same'].includes(padding)) refuse(`Padding is invalid, it should be 'valid', 'same'. Received: padding=${padding}`);
  if (scaling !== null && !['density', 'spectrum'].includes(scaling))
    refuse(`Scaling is invalid, it must be \`None\`, 'density' or 'spectrum'. Received scaling=${scaling}`);
}

/** (batch, time, channels) -> (batch, frames, channels * frequencies), or with the axes of `expandDims` and `dataFormat`. */
export class STFTSpectrogram extends Layer {
  readonly mode: SpectrogramMode;
  readonly frameLength: number;
  readonly frameStep: number | null;
  readonly fftLength: number | null;
  readonly window: string | readonly number[] | null;
  readonly periodic: boolean;
  readonly scaling: 'density' | 'spectrum' | null;
  readonly padding: 'valid' | 'same';
  readonly expandDims: boolean;
  readonly dataFormat: DataFormat;
  realKernel: Weight | undefined = undefined;
  imagKernel: Weight | undefined = undefined;

  constructor(options: STFTSpectrogramOptions = {}) {
    super(options);
    this.frameLength = options.frameLength ?? 256;
    requireArguments(options, this.frameLength);
    this.mode = options.mode ?? 'log';
    this.frameStep = options.frameStep ?? null;
    this.fftLength = options.fftLength ?? null;
    this.window = options.window === undefined ? 'hann' : options.window;
    this.periodic = options.periodic ?? false;
    this.scaling = options.scaling === undefined ? 'density' : options.scaling;
    this.padding = options.padding ?? 'valid';
    this.expandDims = options.expandDims ?? false;
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.inputSpec = { ndim: 3 };
    // Refuses unknown windows at once.
    this.#kernelOf('real');
  }

  #kernelOf(side: 'real' | 'imag'): STFT {
    const { window, scaling, periodic } = this;
    return new STFT({ side, window, scaling, periodic });
  }

  override build(_inputShape: KerasShape): void {
    const length = this.fftLength ?? 2 ** Math.ceil(Math.log2(this.frameLength));
    const shape = [this.frameLength, 1, Math.floor(length / 2) + 1];
    if (this.mode !== 'imag') this.realKernel = this.addWeight({ name: 'real_kernel', shape, initializer: this.#kernelOf('real') });
    if (this.mode !== 'real') this.imagKernel = this.addWeight({ name: 'imag_kernel', shape, initializer: this.#kernelOf('imag') });
  }

  override call(inputs: Tensor): Tensor {
    if (!['float16', 'float32', 'float64'].includes(inputs.dtype))
      throw new TypeError(`Invalid input type. Expected \`float16\`, \`float32\` or \`float64\`. Received: input type=${inputs.dtype}`);
    const [real, imag] = [this.realKernel, this.imagKernel].map((kernel) => kernel && this.#transform(inputs, kernel));
    return this.#arrange(this.#result(real as Tensor, imag as Tensor));
  }

  /** (batch, channels, frames, frequencies) */
  #transform(inputs: Tensor, kernel: Weight): Tensor {
    const signals = this.dataFormat === 'channels_last' ? ops.transpose(inputs, { axes: [0, 2, 1] }) : inputs;
    const [batch, channels, length] = signals.shape as readonly [number, number, number];
    const strides = this.frameStep ?? Math.floor(this.frameLength / 2);
    const single = ops.reshape(signals, [batch * channels, length, 1]);
    const frames = ops.conv(single, ops.cast(kernel, inputs.dtype), { strides, padding: this.padding, dataFormat: 'channels_last' });
    return ops.reshape(frames, [batch, channels, ...frames.shape.slice(1)]);
  }

  #result(real: Tensor, imag: Tensor): Tensor {
    if (this.mode === 'real') return real;
    if (this.mode === 'imag') return imag;
    if (this.mode === 'angle') return ops.arctan2(imag, real);
    if (this.mode === 'stft') return ops.concatenate([real, imag], { axis: 3 });
    const power = ops.add(ops.square(real), ops.square(imag));
    if (this.mode === 'psd') {
      // All frequencies but the first and the last stand for their mirror images too.
      const inner = ops.getItem(power, ['...', { start: 1, stop: -1 }]);
      return ops.add(power, ops.pad(inner, [[0, 0], [0, 0], [0, 0], [1, 1]])); // biome-ignore format: one pair an axis
    }
    const magnitude = ops.sqrt(ops.maximum(power, epsilon()));
    return this.mode === 'magnitude' ? magnitude : ops.log(ops.maximum(magnitude, epsilon()));
  }

  #arrange(spectra: Tensor): Tensor {
    const isLast = this.dataFormat === 'channels_last';
    if (this.expandDims) return isLast ? ops.transpose(spectra, { axes: [0, 2, 3, 1] }) : spectra;
    const [batch, channels, frames, frequencies] = spectra.shape as readonly [number, number, number, number];
    const order = isLast ? [0, 2, 1, 3] : [0, 1, 3, 2];
    const shape = isLast ? [batch, frames, channels * frequencies] : [batch, channels * frequencies, frames];
    return ops.reshape(ops.transpose(spectra, { axes: order }), shape);
  }

  override getConfig(): Record<string, unknown> {
    const { mode, frameLength, frameStep, fftLength, window, periodic, scaling, padding, expandDims, dataFormat } = this;
    const config = { mode, frameLength, frameStep, fftLength, window, periodic, scaling, padding, dataFormat, expandDims };
    return { ...super.getConfig(), ...config };
  }
}
