// The list of error codes, the sources that use them, and the page that explains them say the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { BUILD_CODES } from '../../compiler/build/codes.ts';
import { FORMAT_CODES } from '../../compiler/formats/codes.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/guide/errors.md'), 'utf8');

it('every code of building and running is in the list, and none is there for nothing', () => {
  const sources = ['compiler/build', 'compiler/cli'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
  const used = new Set(sources.flatMap((text) => [...text.matchAll(/\bcode: '([\w-]+)'/g)].map(([, code]) => code)));
  expect([...used].sort()).toEqual(Object.keys(BUILD_CODES).sort());
});

it.each(Object.entries({ ...BUILD_CODES, ...FORMAT_CODES }))('the page explains %s as the list does', (code, { cause, fix }) => {
  expect(page).toContain(`| \`${code}\` | ${cause} | ${fix} |`);
});
