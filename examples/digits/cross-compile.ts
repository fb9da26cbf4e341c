// Compiles the C++ sources for a Raspberry Pi and, under an emulator, runs what came out.
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMPILER = 'aarch64-linux-gnu-g++';
const EMULATOR = 'qemu-aarch64';

export interface CrossCompiled {
  readonly program: string;
  /** What the program gives for the image; null without an emulator. */
  readonly scores: readonly number[] | null;
}

/**
 * null where there is no cross compiler.
 *
 * @param folder a bundle for the target `c`
 * @param image one sample
 */
export async function crossCompile(folder: string, image: Float32Array): Promise<CrossCompiled | null> {
  if (!(await isThere(COMPILER))) return null;
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.cpp'));
  const program = resolve(folder, 'digits_raspberry_pi');
  // gcc 12 fails at -O3 on this target unless it leaves vectors to the source, which has them.
  const flags = ['-std=c++17', '-O3', '-fno-tree-vectorize', '-fno-predictive-commoning', '-static', '-pthread'];
  await run(COMPILER, [...flags, '-o', program, ...sources], { cwd: folder });
  return { program, scores: (await isThere(EMULATOR)) ? await emulate(folder, program, image) : null };
}

async function emulate(folder: string, program: string, image: Float32Array): Promise<number[]> {
  await writeFile(join(folder, 'image.bin'), new Uint8Array(image.buffer, image.byteOffset, image.byteLength));
  const { stdout } = await run(EMULATOR, [program, '--runs', '1', 'image.bin'], { cwd: folder });
  const line = stdout.split('\n').find((text) => text.startsWith('scores')) ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .trim()
    .split(/\s+/)
    .map(Number);
}

async function isThere(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}
