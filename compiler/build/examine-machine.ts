// Looks for everything outside of this package that makes more possible: compilers, instruction sets, browsers.
import { cpus } from 'node:os';
import { isSupported } from '../../runtime/features.ts';
import { cacheFolder, hostTargets, probeCompiler } from '../../targets/native/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';
import { enableRelaxedSimd } from '../../targets/node/relaxed-simd.ts';

export interface Finding {
  readonly name: string;
  /** What was found; null where it is missing. */
  readonly found: string | null;
  readonly enables: string;
  /** How to get it. */
  readonly cure?: string;
}

export async function examineMachine(): Promise<Finding[]> {
  const needed = isSupported('relaxed-simd');
  return [
    {
      name: 'Node',
      found: `${process.version} (V8 ${process.versions.v8}) on ${process.platform}-${process.arch}`,
      enables: 'everything; version 20 or newer',
    },
    { name: 'processor', found: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} threads`, enables: 'native code' },
    {
      name: 'WebAssembly SIMD',
      found: isSupported('simd') ? 'yes' : null,
      enables: 'the targets browser and node, and models that run at once',
      cure: 'Install Node 20 or newer on a processor with SSE4.1 or NEON.',
    },
    {
      name: 'WebAssembly relaxed SIMD',
      found: enableRelaxedSimd() ? (needed ? 'yes' : 'yes, through a flag of V8 that kerasc sets') : null,
      enables: 'multiply-adds in one instruction, about 1.2 times as fast; and the verification of that variant',
      cure: 'Install Node 22 or newer.',
    },
    await findCompiler(),
    {
      name: 'instruction sets',
      found: hostTargets()
        .map(({ name }) => name)
        .join(', '),
      enables: 'native variants, best first',
    },
    await findProgram(
      'cmake',
      ['cmake'],
      'building the Node addon with cmake-js and C bundles with their CMakeLists.txt; not required',
      'Debian: apt-get install cmake; macOS: brew install cmake.',
    ),
    await findProgram(
      'browser',
      BROWSERS,
      'opening a bundle built for the browser',
      'Any browser since 2023; Debian: apt-get install chromium.',
    ),
    findCache(),
  ];
}

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'firefox'];

async function findCompiler(): Promise<Finding> {
  const { compiler } = await probeCompiler();
  return {
    name: 'C++ compiler',
    found: compiler ? `${compiler.command.join(' ')}: ${compiler.version}` : null,
    enables: 'the target native, and the verification of the target c',
    cure: 'Debian: apt-get install g++; macOS: xcode-select --install; or set CXX.',
  };
}

async function findProgram(name: string, candidates: readonly string[], enables: string, cure: string): Promise<Finding> {
  for (const candidate of candidates) {
    const { status, output } = await runProcess([candidate, '--version']);
    const version = /\d+\.\d[\d.]*/.exec(output)?.[0] ?? '';
    if (status === 0) return { name, found: `${candidate} ${version}`.trim(), enables, cure };
  }
  return { name, found: null, enables, cure };
}

function findCache(): Finding {
  const name = 'cache folder';
  const enables = 'keeping native code between builds';
  try {
    return { name, found: cacheFolder(), enables };
  } catch (error) {
    return { name, found: null, enables, cure: (error as Error).message };
  }
}
