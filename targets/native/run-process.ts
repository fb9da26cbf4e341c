// Runs a program and collects what it prints.
import { spawn } from 'node:child_process';

export interface ProcessResult {
  /** null where the program could not be started. */
  readonly status: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function runProcess(command: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const chunks: Buffer[] = [];
    const child = spawn(program as string, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status: status ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** The first lines of a program's output, indented for a message. */
export function firstLines(output: string, count = 12): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, count).map((line) => `    ${line.slice(0, 200)}`);
  return lines.length > count ? [...shown, `    ... and ${lines.length - count} more lines`].join('\n') : shown.join('\n');
}
