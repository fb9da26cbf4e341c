// Real Keras as the judge of what is written here: runs a Python script where Python with Keras is installed.
import { spawnSync } from 'node:child_process';

const python = process.env.KERASC_PYTHON ?? 'python3';

export interface PeerResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runPython(script: string, args: readonly string[]): PeerResult {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1' };
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8', env, timeout: 300_000 });
  return { status, stdout, stderr };
}

/** Why Keras cannot be asked, or undefined where it can; found without importing it, which takes seconds. */
export function kerasMissing(): string | undefined {
  const probe = 'import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("keras") else 3)';
  const { status } = runPython(probe, []);
  return status === 0 ? undefined : `no Python with Keras (set KERASC_PYTHON; tried ${python})`;
}
