// Compiles emitted C++ into a shared library, once per content: the result is kept in the cache folder.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildInto, cacheFolder } from './cache-folder.ts';
import { compilerFlags } from './compiler-flags.ts';
import { type Compiler, findCompiler } from './find-compiler.ts';
import { NativeError } from './native-error.ts';
import { type NamedText, readRuntimeFiles } from './package-files.ts';
import { firstLines, runProcess } from './run-process.ts';

/** What the C++ emitter gives. */
export interface NativeSources {
  readonly prefix: string;
  readonly header: NamedText;
  readonly sources: readonly (NamedText & { readonly flags: readonly string[] })[];
}

export interface CompileOptions {
  /** Found by `findCompiler` where not given. */
  readonly compiler?: Compiler;
  readonly cacheFolder?: string;
  /** Beyond the usual ones: warnings, a sanitizer. */
  readonly extraFlags?: readonly string[];
}

interface Unit extends NamedText {
  readonly flags: readonly string[];
}

const LIBRARY_SUFFIX = process.platform === 'darwin' ? '.dylib' : '.so';

/** The path of the shared library, which `loadLibrary` opens. */
export async function compileLibrary(sources: NativeSources, options: CompileOptions = {}): Promise<string> {
  const compiler = options.compiler ?? (await findCompiler());
  const parent = join(options.cacheFolder ?? cacheFolder(), 'libraries');
  const runtime = await readRuntimeFiles();
  const headers = [sources.header, ...runtime.filter(({ name }) => name.endsWith('.h'))];
  const units: Unit[] = [
    ...sources.sources,
    ...runtime.filter(({ name }) => name.endsWith('.cpp')).map((file) => ({ ...file, flags: [] })),
  ];
  const flags = [
    ...compilerFlags(compiler.family),
    '-fPIC',
    '-fvisibility=hidden',
    '-pthread',
    '-DKERASC_SHARED',
    ...(options.extraFlags ?? []),
  ];
  const contents = [
    ...headers.flatMap((file) => [file.name, file.text]),
    ...units.flatMap((unit) => [unit.name, unit.text, unit.flags.join(' ')]),
  ];
  const key = contentKey([compiler.command.join(' '), compiler.version, flags.join(' '), process.arch, ...contents]);
  const name = `${sources.prefix}-${key}`;
  const file = `${sources.prefix}${LIBRARY_SUFFIX}`;
  if (!existsSync(join(parent, name, file))) {
    await buildInto(parent, name, async (folder) => {
      await Promise.all([...headers, ...units].map((each) => writeFile(join(folder, each.name), each.text)));
      await compileUnits(compiler, flags, units, folder);
      await invoke(
        compiler,
        ['-shared', '-pthread', ...(options.extraFlags ?? []), ...units.map((each) => `${each.name}.o`), '-lm', '-o', file],
        folder,
      );
    });
  }
  return join(parent, name, file);
}

/** A short name for a list of texts; texts cannot run into each other. */
export function contentKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 24);
}

/** As many at once as there are processors. */
async function compileUnits(compiler: Compiler, flags: readonly string[], units: readonly Unit[], folder: string): Promise<void> {
  // The largest first: the last one to finish decides.
  const waiting = [...units].sort((a, b) => b.text.length - a.text.length);
  const worker = async (): Promise<void> => {
    for (let unit = waiting.shift(); unit; unit = waiting.shift()) {
      await invoke(compiler, [...flags, ...unit.flags, '-c', unit.name, '-o', `${unit.name}.o`], folder);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), units.length) }, worker));
}

async function invoke(compiler: Compiler, args: readonly string[], folder: string): Promise<void> {
  const { status, output } = await runProcess([...compiler.command, ...args], { cwd: folder });
  if (status === 0) return;
  const command = [...compiler.command, ...args].join(' ');
  const message = `${compiler.command.join(' ')} (${compiler.version}) failed:\n    ${command}\n${firstLines(output)}`;
  throw new NativeError(
    'compiler-failed',
    message,
    'If the compiler is sound, this is a bug of kerasc: please report it with these lines.',
  );
}
