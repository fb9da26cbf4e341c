// What the machine that this runs on is, among the targets that kerasc knows.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AVX2, AVX512, NEON, PORTABLE } from '../cpu.ts';
import type { CpuTarget } from '../cpu-target.ts';

const NEEDS: readonly (readonly [CpuTarget, readonly string[]])[] = [
  [AVX512, ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'avx512cd', 'avx2', 'fma']],
  [AVX2, ['avx2', 'fma', 'bmi2']],
];

/** Targets that this machine can run, best first; the last is plain C++. */
export function hostTargets(): readonly CpuTarget[] {
  if (process.arch === 'arm64') return [NEON, PORTABLE];
  if (process.arch !== 'x64') return [PORTABLE];
  const features = x86Features();
  return [...NEEDS.filter(([, needs]) => needs.every((name) => features.has(name))).map(([target]) => target), PORTABLE];
}

/** As Linux names them; empty where the system does not tell. */
function x86Features(): ReadonlySet<string> {
  try {
    const text =
      process.platform === 'darwin'
        ? execFileSync('sysctl', ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'], { encoding: 'utf8' })
        : (/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '');
    return new Set(text.toLowerCase().trim().split(/\s+/));
  } catch {
    return new Set();
  }
}
