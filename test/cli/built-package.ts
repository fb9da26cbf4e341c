// The package as npm would carry it, built from the sources into a folder of its own: what users run, and quicker to start.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { minifyRuntime, RUNTIME_PLATFORMS } from '../../targets/bundle/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds into .cache, below the package's own node_modules, and gives the folder. */
export async function buildPackage(): Promise<string> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { output } = await runProcess([process.execPath, compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', folder]);
  if (!existsSync(join(folder, 'compiler/cli/main.js'))) throw new Error(`the package could not be built:\n${output}`);
  for (const platform of RUNTIME_PLATFORMS) writeFileSync(join(folder, 'runtime', `${platform}.min.js`), await minifyRuntime(platform));
  return folder;
}
