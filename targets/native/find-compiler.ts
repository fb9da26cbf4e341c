// Finds a C++ compiler on this machine: the one in CXX, or the first that answers.
import { NativeError } from './native-error.ts';
import { runProcess } from './run-process.ts';

export interface Compiler {
  /** Program and leading arguments: `['g++']`, `['zig', 'c++']`. */
  readonly command: readonly string[];
  /** Whose flags it takes. */
  readonly family: 'gcc' | 'clang';
  /** First line of `--version`. */
  readonly version: string;
}

const CANDIDATES: readonly (readonly string[])[] = [['g++'], ['clang++'], ['c++'], ['zig', 'c++'], ['python3', '-m', 'ziglang', 'c++']];

/** The compiler, or null with the reason none is usable. `environment` gives CXX and PATH. */
export async function probeCompiler(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly compiler: Compiler | null; readonly reason: string }> {
  const wished = environment['CXX']?.trim();
  const candidates = wished ? [wished.split(/\s+/)] : CANDIDATES;
  for (const command of candidates) {
    const { status, output } = await runProcess([...command, '--version'], { env: environment });
    if (status === 0) return { compiler: { command, family: familyOf(output), version: output.split('\n')[0]?.trim() ?? '' }, reason: '' };
  }
  const tried = candidates.map((command) => command.join(' ')).join(', ');
  return { compiler: null, reason: wished ? `CXX names "${wished}", which does not run` : `none of ${tried} runs` };
}

/** The compiler; throws with what to install where there is none. */
export async function findCompiler(environment: NodeJS.ProcessEnv = process.env): Promise<Compiler> {
  const { compiler, reason } = await probeCompiler(environment);
  if (compiler) return compiler;
  const cure =
    'Install g++ or clang++ (Debian: apt-get install g++; macOS: xcode-select --install), or set CXX. WebAssembly targets need no compiler.';
  throw new NativeError('no-compiler', `No C++ compiler found: ${reason}.`, cure);
}

const familyOf = (version: string): Compiler['family'] => (/clang|zig/i.test(version) ? 'clang' : 'gcc');
