// Builds the Node addon on first native use, with cmake-js where cmake is there and with the compiler alone elsewhere.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildInto, cacheFolder } from './cache-folder.ts';
import { contentKey } from './compile-library.ts';
import { type Compiler, findCompiler } from './find-compiler.ts';
import { NativeError } from './native-error.ts';
import { nativeFolder } from './package-files.ts';
import { firstLines, type ProcessResult, runProcess } from './run-process.ts';

const ADDON = 'kerasc_addon.node';
const SOURCES = ['addon.cc', 'kerasc_model.h', 'CMakeLists.txt', 'package.json'];

export interface AddonOptions {
  readonly cacheFolder?: string;
  readonly compiler?: Compiler;
  /** Whether cmake-js may be used: false leaves it to the compiler. */
  readonly cmake?: boolean;
}

/** The path of the addon in the cache folder. */
export async function buildAddon(options: AddonOptions = {}): Promise<string> {
  const folder = nativeFolder();
  const texts = await Promise.all(SOURCES.map((name) => readFile(join(folder, name), 'utf8')));
  const parent = join(options.cacheFolder ?? cacheFolder(), 'addon');
  const name = contentKey([process.platform, process.arch, ...texts]);
  if (!existsSync(join(parent, name, ADDON))) {
    const compiler = options.compiler ?? (await findCompiler());
    await buildInto(parent, name, (unfinished) => build(compiler, folder, unfinished, options.cmake ?? true));
  }
  return join(parent, name, ADDON);
}

async function build(compiler: Compiler, sources: string, folder: string, cmakeAllowed: boolean): Promise<void> {
  const hasCmake = cmakeAllowed && (await runProcess(['cmake', '--version'])).status === 0;
  if (hasCmake && (await buildWithCmake(compiler, sources, folder)).status === 0) return;
  // Without cmake, or where cmake cannot cope with this compiler.
  const { status, output } = await buildDirectly(compiler, sources, folder);
  if (status === 0) return;
  throw new NativeError(
    'addon',
    `The Node addon could not be built with ${compiler.version}:\n${firstLines(output)}`,
    'Set CXX to another compiler, or use a WebAssembly target.',
  );
}

async function buildWithCmake(compiler: Compiler, sources: string, folder: string): Promise<ProcessResult> {
  const cmakeJs = join(dirname(createRequire(import.meta.url).resolve('cmake-js/package.json')), 'bin', 'cmake-js');
  const out = join(folder, 'cmake');
  await mkdir(out);
  const env = { ...process.env, CXX: compiler.command.join(' ') };
  const result = await runProcess([process.execPath, cmakeJs, 'build', '--directory', sources, '--out', out], { env });
  if (result.status === 0) await copyFile(join(out, 'Release', ADDON), join(folder, ADDON));
  return result;
}

async function buildDirectly(compiler: Compiler, sources: string, folder: string): Promise<ProcessResult> {
  const includes = includeFolders().flatMap((each) => ['-I', each]);
  const defines = ['-DNAPI_VERSION=8', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DBUILDING_NODE_EXTENSION'];
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const unfinished = join(folder, `${ADDON}.unfinished`);
  const result = await runProcess([
    ...compiler.command,
    '-std=c++17',
    '-O2',
    '-fPIC',
    ...shared,
    ...defines,
    ...includes,
    join(sources, 'addon.cc'),
    '-o',
    unfinished,
  ]);
  if (result.status === 0) await rename(unfinished, join(folder, ADDON));
  return result;
}

/** Node's headers come with cmake-js. */
function includeFolders(): string[] {
  const require = createRequire(import.meta.url);
  const fromCmakeJs = createRequire(require.resolve('cmake-js/package.json'));
  const headers = dirname(fromCmakeJs.resolve('node-api-headers/package.json'));
  return [join(headers, 'include'), dirname(require.resolve('node-addon-api/package.json'))];
}
