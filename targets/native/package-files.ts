// The C++ sources that ship with this package in native/, from wherever this file runs (sources or dist).
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's `native` folder. */
export function nativeFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'native', RUNTIME_HEADERS[0]))) return join(folder, 'native');
  }
  throw new Error(`kerasc bug: the folder native/ is missing above ${start}; please report it`);
}

export const RUNTIME_HEADERS = ['kerasc_model.h', 'kerasc_runtime.h', 'kerasc_pool.h'] as const;
export const RUNTIME_SOURCES = ['kerasc_runtime.cpp', 'kerasc_pool.cpp'] as const;

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What every compiled model links with. */
export function readRuntimeFiles(names: readonly string[] = [...RUNTIME_HEADERS, ...RUNTIME_SOURCES]): Promise<NamedText[]> {
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(nativeFolder(), name), 'utf8') })));
}
