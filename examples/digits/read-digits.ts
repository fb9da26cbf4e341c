// The 70,000 digits of MNIST, as tensors and as arrays.
import { datasets, type Tensor, tensorOf } from '../../compiler/index.ts';

/** `x` (count, 28, 28, 1) from 0 to 1 and `y` (count), and the arrays that they view. */
export interface Digits {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

export async function readDigits(): Promise<{ readonly train: Digits; readonly test: Digits }> {
  const [train, test] = await datasets.mnist.loadData();
  return { train: toDigits(...train), test: toDigits(...test) };
}

function toDigits(pixels: Tensor, classes: Tensor): Digits {
  const images = Float32Array.from(pixels.data as Uint8Array, (value) => value / 255);
  const labels = Int32Array.from(classes.data as Uint8Array);
  const count = labels.length;
  return { x: tensorOf('float32', [count, 28, 28, 1], images), y: tensorOf('int32', [count], labels), images, labels };
}

/** The first images, (count, 28, 28, 1). */
export const firstOf = ({ images }: Digits, count: number): Tensor => tensorOf('float32', [count, 28, 28, 1], images.slice(0, count * 784));
