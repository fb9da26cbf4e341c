// The version of this package, from wherever this file runs (sources or dist).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../errors/index.ts';

let version: string | undefined;

export function compilerVersion(): string {
  version ??= readVersion(dirname(fileURLToPath(import.meta.url)));
  return version;
}

function readVersion(start: string): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const found = tryRead(join(folder, 'package.json'));
    if (found?.name === 'kerasc' && found.version) return found.version;
  }
  return assertFound();
}

function tryRead(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function assertFound(): never {
  assert(false, 'its package.json was not found');
}
