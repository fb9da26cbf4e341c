// Kernels of convolutions that compute a short-time Fourier transform.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { Shape } from '../../ir/shape.ts';
import { Initializer } from './initializer.ts';
import { requireWindow, signalWindow } from './signal-windows.ts';

export interface STFTOptions {
  /** Which part of the transform: `real` (default) or `imag`. */
  readonly side?: 'real' | 'imag';
  /** The name of a window (default `hann`), its values, or null for none. */
  readonly window?: string | readonly number[] | null;
  /** Divides by the window's L2 (`density`, default) or L1 norm (`spectrum`), or by nothing. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether the window repeats after its length. Default false. */
  readonly periodic?: boolean;
}

/**
 * Shape (length of a frame, 1, bands): in each band the cosine (or minus the sine) of its frequency, times the window.
 *
 * @example new layers.Conv1D(513, 128, { kernelInitializer: new initializers.STFT({ side: 'imag' }) })
 */
export class STFT extends Initializer {
  readonly side: 'real' | 'imag';
  readonly window: string | readonly number[] | null;
  readonly scaling: 'density' | 'spectrum' | null;
  readonly periodic: boolean;

  constructor({ side = 'real', window = 'hann', scaling = 'density', periodic = false }: STFTOptions = {}) {
    super();
    if (side !== 'real' && side !== 'imag')
      throw new ValueError(`side should be 'real' or 'imag', not ${quote(side)}`, { code: 'initializer' });
    if (typeof window === 'string') requireWindow(window);
    if (scaling !== null && scaling !== 'density' && scaling !== 'spectrum') {
      throw new ValueError(`Scaling is invalid, it must be \`None\`, 'density' or 'spectrum'. Received scaling=${quote(scaling)}`, {
        code: 'initializer',
      });
    }
    this.side = side;
    this.window = window;
    this.scaling = scaling;
    this.periodic = periodic;
  }

  protected override checkShape(shape: Shape): void {
    if (shape.length === 3) return;
    throw new ValueError(`Expected a shape (frame length, 1, bands). Received: shape=${formatShape(shape)}`, { code: 'initializer-shape' });
  }

  override values(shape: Shape): Float64Array {
    const [frameLength, channels, bands] = shape as readonly [number, number, number];
    const window = this.#windowValues(frameLength);
    const oscillate = this.side === 'real' ? Math.cos : Math.sin;
    const values = new Float64Array(frameLength * channels * bands);
    for (let index = 0; index < values.length; index++) {
      const band = index % bands;
      const time = Math.floor(index / (bands * channels));
      // An odd number of bands covers frequencies up to half the rate.
      values[index] = oscillate((-2 * Math.PI * time * band) / (2 * (bands - 1))) * (window[time] as number);
    }
    return values;
  }

  /** The window, scaled. */
  #windowValues(length: number): readonly number[] {
    if (this.window === null) return new Array<number>(length).fill(1);
    const window = typeof this.window === 'string' ? signalWindow(this.window, length, this.periodic) : this.window;
    if (window.length !== length) {
      throw new ValueError(
        `The shape of \`window\` must be equal to [frame_length]. Received: window shape=${formatShape([window.length])}`,
        {
          code: 'initializer-shape',
        },
      );
    }
    const scale = this.#scaleOf(window);
    return window.map((value) => value / scale);
  }

  #scaleOf(window: readonly number[]): number {
    if (this.scaling === 'density') return Math.hypot(...window);
    return this.scaling === 'spectrum' ? window.reduce((sum, value) => sum + Math.abs(value), 0) : 1;
  }

  override getConfig(): Record<string, unknown> {
    const { side, window, periodic, scaling } = this;
    return { side, window, periodic, scaling };
  }
}
