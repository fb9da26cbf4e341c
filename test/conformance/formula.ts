// Weights and inputs from the formula of the data's README, so that architectures are tested without files of weights.
import { type NDArray, ndarray } from '../../compiler/ir/ndarray.ts';
import { elementCount } from '../../compiler/ir/shape.ts';
import type { JsonObject } from './case.ts';

/** u(k, i) in [0, 1): a hash of tensor number and element. */
function uniform(k: number, i: number): number {
  let x = (i + Math.imul(k, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** Weight number `k` of a model; what it is like depends on its name and rank. */
export function formulaWeight(path: string, shape: readonly number[], k: number): NDArray {
  const scale = scaleFor(path.split('/').at(-1) as string, shape);
  const data = new Float32Array(elementCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = scale(uniform(k, i));
  return ndarray('float32', shape, data);
}

function scaleFor(name: string, shape: readonly number[]): (u: number) => number {
  if (name === 'moving_variance' || name === 'variance') return (u) => 0.75 + 0.5 * u;
  // An integer: the formula's value is rounded towards zero.
  if (name === 'count') return () => 0;
  if (name === 'gamma') return (u) => 1 + 0.2 * (u - 0.5);
  if (shape.length < 2) return (u) => 0.1 * (u - 0.5);
  const isDepthwise = shape.length === 4 && shape[3] === 1;
  const fan = isDepthwise ? (shape[0] as number) * (shape[1] as number) : elementCount(shape.slice(0, -1));
  const limit = Math.sqrt(6 / fan);
  return (u) => (2 * u - 1) * limit;
}

/** The input images: noise on waves. */
export function formulaInput({ shape, k, range }: JsonObject): NDArray {
  const [batch, rows, columns, channels] = shape as readonly [number, number, number, number];
  const data = new Float32Array(batch * rows * columns * channels);
  const isByteRange = (range as readonly number[])[1] === 255;
  let i = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        for (let c = 0; c < channels; c++, i++) {
          const u = uniform(k as number, i);
          data[i] = 0.5 * (2 * u - 1) + 0.5 * Math.sin(0.15 * (n + 1) * y + 0.1 * x * (c + 1) + n);
          if (isByteRange) data[i] = Math.fround((data[i] as number) + 1) * 127.5;
        }
      }
    }
  }
  return ndarray('float32', shape as readonly number[], data);
}
