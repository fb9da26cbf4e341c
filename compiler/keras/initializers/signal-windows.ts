// Windows of signal processing by the names of SciPy.
import { quote, ValueError } from '../../errors/index.ts';

/** Coefficients of a sum of cosines whose signs alternate. */
const COSINE_SUMS: Readonly<Record<string, readonly number[]>> = {
  boxcar: [1],
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  nuttall: [0.3635819, 0.4891775, 0.1365995, 0.0106411],
  blackmanharris: [0.35875, 0.48829, 0.14128, 0.01168],
  flattop: [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
};

/** Windows of other forms, from the place in [-1, 1] (the middle is 0) and the number of points. */
const OTHERS: Readonly<Record<string, (x: number, points: number) => number>> = {
  bartlett: (x) => 1 - Math.abs(x),
  triang: (x, points) => 1 - (Math.abs(x) * (points - 1)) / (points + (points % 2)),
  cosine: (x, points) => Math.cos((Math.PI / 2) * x * ((points - 1) / points)),
  bohman: (x) => (1 - Math.abs(x)) * Math.cos(Math.PI * x) + Math.sin(Math.PI * Math.abs(x)) / Math.PI,
  barthann: (x) => 0.62 - 0.24 * Math.abs(x) + 0.38 * Math.cos(Math.PI * x),
};

/** Throws ValueError for a name that is no window. */
export function requireWindow(name: string): void {
  if (name in COSINE_SUMS || name in OTHERS) return;
  throw new ValueError(
    `Unknown window type. Received: ${quote(name)}. Known are: ${[...Object.keys(COSINE_SUMS), ...Object.keys(OTHERS)].join(', ')}`,
    {
      code: 'initializer',
    },
  );
}

/** `length` values; a periodic window is one that repeats after `length`, others end as they began. */
export function signalWindow(name: string, length: number, periodic: boolean): number[] {
  if (length <= 1) return new Array<number>(length).fill(1);
  const points = periodic ? length + 1 : length;
  return Array.from({ length }, (_, index) => valueAt(name, index / (points - 1), points));
}

function valueAt(name: string, place: number, points: number): number {
  const sum = COSINE_SUMS[name];
  if (sum) return sum.reduce((total, factor, order) => total + (-1) ** order * factor * Math.cos(2 * Math.PI * order * place), 0);
  return (OTHERS[name] as (x: number, points: number) => number)(2 * place - 1, points);
}
