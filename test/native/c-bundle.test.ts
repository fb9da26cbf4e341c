// The C bundle as a user gets it: built by CMake or by hand, with warnings as errors, for this machine and for others.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { interpretModule } from '../../codegen/kernel-ir/interpret.ts';
import type { KernelModule } from '../../codegen/module.ts';
import { readSafetensors, writeSafetensors } from '../../compiler/formats/safetensors.ts';
import { writeCBundle } from '../../targets/c/index.ts';
import { AVX2, AVX512, NEON, PORTABLE } from '../../targets/cpu.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { compilerFlags, WARNING_FLAGS } from '../../targets/native/compiler-flags.ts';
import { probeCompiler } from '../../targets/native/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';
import { tileModule } from '../codegen/emit-cpp/tile-module.ts';

const { compiler } = await probeCompiler();
const runs = async (...command: string[]): Promise<boolean> => (await runProcess([...command, '--version'])).status === 0;
const hasCmake = await runs('cmake');
const clang = (
  await Promise.all(['clang++', 'clang++-19', 'clang++-16', 'clang++-14'].map(async (name) => ((await runs(name)) ? name : '')))
).find(Boolean);
const canCross = (await runs('aarch64-linux-gnu-g++')) && (await runs('qemu-aarch64'));

/** One tile that all targets compute alike, whatever their vectors. */
const tileFor = (target: CpuTarget): KernelModule => ({
  ...tileModule({ rows: 4, vectors: 16 / target.lanes, lanes: target.lanes, unroll: 4, depth: 64 }, 1),
  name: 'tile',
});

const TARGETS = [AVX512, AVX2, NEON, PORTABLE];
const module = tileFor(PORTABLE);
const input = Float32Array.from({ length: 4 * 64 }, (_, i) => ((i * 5) % 17) - 8);
/** Whole numbers: exact in any order. */
const expected = Array.from((interpretModule(module, [input])[0] as Float32Array).slice(0, 10)).join(' ');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerasc-bundle-'));
  const sources = emitCpp(
    TARGETS.map((target) => ({ target, module: tileFor(target) })),
    { name: 'tile' },
  );
  const weights = writeSafetensors(new Map([['weights', { dtype: 'uint8', shape: [module.weights.byteLength], data: module.weights }]]));
  await writeCBundle(folder, { ...sources, weights });
  await writeFile(join(folder, 'input.bin'), new Uint8Array(input.buffer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(command: readonly string[], cwd = folder): Promise<string> {
  const { status, output } = await runProcess(command, { cwd });
  expect(status, `${command.join(' ')}\n${output}`).toBe(0);
  return output;
}

/** Compiles all of the bundle with one compiler, each file with its flags. */
async function buildByHand(cxx: string, family: 'gcc' | 'clang', machine: 'x64' | 'arm64', out: string): Promise<void> {
  const { sources } = emitCpp(
    TARGETS.map((target) => ({ target, module: tileFor(target) })),
    { name: 'tile' },
  );
  const flagsOf = new Map(sources.map(({ name, flags, guard }) => [name, machine === 'arm64' && guard.includes('x86') ? [] : flags]));
  const files = [...sources.map(({ name }) => name), 'kerasc_runtime.cpp', 'kerasc_pool.cpp', 'main.cpp'];
  for (const name of files)
    await check([cxx, ...compilerFlags(family), ...WARNING_FLAGS, ...(flagsOf.get(name) ?? []), '-c', name, '-o', `${out}-${name}.o`]);
  await check([cxx, ...(machine === 'arm64' ? ['-static'] : []), ...files.map((name) => `${out}-${name}.o`), '-pthread', '-lm', '-o', out]);
}

describe('C bundle', () => {
  it('holds header, sources, weights, build file and example', async () => {
    const header = await readFile(join(folder, 'tile.h'), 'utf8');
    expect(header).toContain('kerasc_model* tile_create(const void* weights, size_t bytes, int threads);');
    expect(header).toContain('//   0: a, f32 (256), 1024 bytes');
    expect(readSafetensors(new Uint8Array(await readFile(join(folder, 'weights.safetensors')))).get('weights')?.shape).toEqual([
      module.weights.byteLength,
    ]);
    expect(await readFile(join(folder, 'CMakeLists.txt'), 'utf8')).toContain('set_source_files_properties(tile_avx2.cpp');
  });

  it.skipIf(!compiler || !hasCmake)(
    `builds with CMake without warnings and runs${compiler && hasCmake ? '' : ' (skipped: no C++ compiler or no cmake)'}`,
    async () => {
      await check(['cmake', '-S', '.', '-B', 'build', `-DCMAKE_CXX_FLAGS=${WARNING_FLAGS.join(' ')}`]);
      await check(['cmake', '--build', 'build', '--parallel', '2']);
      expect(await check(['build/tile_example', '--threads', '2', 'input.bin'])).toContain(`out (f32): ${expected}\n`);
      expect(await check(['build/tile_example'])).toMatch(/, 1 threads: median [\d.]+ ms of 10 runs/);
    },
    120_000,
  );

  it.skipIf(!compiler || !hasCmake)(
    'says what is wrong with weights and inputs',
    async () => {
      await writeFile(join(folder, 'short.safetensors'), new Uint8Array(100));
      const weights = await runProcess(['build/tile_example', '--weights', 'short.safetensors'], { cwd: folder });
      expect(weights).toMatchObject({
        status: 1,
        output: 'short.safetensors: the weights are not those of this model: their size differs\n',
      });
      const missing = await runProcess(['build/tile_example', '--weights', 'none.safetensors'], { cwd: folder });
      expect(missing).toMatchObject({ status: 1, output: 'cannot read none.safetensors\n' });
      const wrong = await runProcess(['build/tile_example', 'short.safetensors'], { cwd: folder });
      expect(wrong).toMatchObject({ status: 1, output: 'short.safetensors has 100 bytes, input "a" takes 1024\n' });
    },
    60_000,
  );

  it.skipIf(!clang || process.arch !== 'x64')(
    `compiles with clang without warnings${clang ? '' : ' (skipped: no clang++)'}`,
    async () => {
      await buildByHand(clang as string, 'clang', 'x64', 'with-clang');
      expect(await check(['./with-clang', 'input.bin'])).toContain(`out (f32): ${expected}\n`);
    },
    120_000,
  );

  it.skipIf(!canCross)(
    `runs on aarch64 with NEON, emulated${canCross ? '' : ' (skipped: no aarch64-linux-gnu-g++ with qemu-aarch64)'}`,
    async () => {
      await buildByHand('aarch64-linux-gnu-g++', 'gcc', 'arm64', 'with-neon');
      const output = await check(['qemu-aarch64', './with-neon', '--threads', '2', 'input.bin']);
      expect(output).toContain(`out (f32): ${expected}\n`);
      expect(output).toContain('neon, 2 threads');
    },
    120_000,
  );
});
