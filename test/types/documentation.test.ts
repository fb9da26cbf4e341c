import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as kerasc from '../../compiler/index.ts';

/** Every name that a user can import, also inside namespaces. */
function publicNames(namespace: object, found = new Set<string>(), seen = new Set<object>()): Set<string> {
  if (seen.has(namespace)) return found;
  seen.add(namespace);
  for (const [name, value] of Object.entries(namespace)) {
    const isNamespace = typeof value === 'object' && value !== null && value[Symbol.toStringTag] === 'Module';
    if (isNamespace) publicNames(value, found, seen);
    else found.add(name);
  }
  return found;
}

/** Exported functions, classes and constants of a source without a JSDoc comment above them; of overloads the first counts. */
function undocumented(path: string, names: ReadonlySet<string>): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  // The interface that a class merges with may carry the comment for both.
  const declared = new Set<string>(lines.flatMap((line) => /^export interface (\w+)/.exec(line)?.[1] ?? []));
  return lines.flatMap((line, index) => {
    const name = /^export (?:abstract |async )*(?:class|const|function\*?) (\w+)/.exec(line)?.[1];
    if (name === undefined || !names.has(name) || declared.has(name)) return [];
    declared.add(name);
    const above = lines.slice(0, index).findLast((text) => !text.startsWith('// biome-ignore')) ?? '';
    return above.trimEnd().endsWith('*/') ? [] : [`${path.slice(path.indexOf('compiler/'))}: ${name}`];
  });
}

it('every public function, class and constant says what it is', () => {
  const folder = fileURLToPath(new URL('../../compiler', import.meta.url));
  // Primitives have names like those of ops, and are not public.
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('ir'),
  );
  const names = publicNames(kerasc);
  expect(names.size).toBeGreaterThan(500);
  expect(files.flatMap((file) => undocumented(join(folder, file), names))).toEqual([]);
});
