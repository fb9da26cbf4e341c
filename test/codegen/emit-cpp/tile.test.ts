// The register tile as machine code: what makes it fast is that accumulators never leave their registers.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import { AVX2, AVX512 } from '../../../targets/cpu.ts';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { compilerFlags } from '../../../targets/native/compiler-flags.ts';
import { type Compiler, probeCompiler } from '../../../targets/native/index.ts';
import { nativeFolder } from '../../../targets/native/package-files.ts';
import { runProcess } from '../../../targets/native/run-process.ts';
import { tileModule } from './tile-module.ts';

const { compiler } = await probeCompiler();
const canRun = compiler !== null && process.arch === 'x64';

/** The instructions of one function. */
async function assemble(
  compilerFound: Compiler,
  target: CpuTarget,
  rows: number,
  vectors: number,
  functionName: string,
): Promise<string[]> {
  const module = tileModule({ rows, vectors, lanes: target.lanes, unroll: 4, depth: 128 }, 10);
  const source = emitCpp([{ target, module }], { name: 'tile' }).sources[1];
  if (!source) throw new Error('no variant was emitted');
  const folder = await mkdtemp(join(tmpdir(), 'kerasc-tile-'));
  try {
    await writeFile(join(folder, source.name), source.text);
    const { status, output } = await runProcess(
      [
        ...compilerFound.command,
        ...compilerFlags(compilerFound.family),
        ...source.flags,
        '-I',
        nativeFolder(),
        '-S',
        source.name,
        '-o',
        'tile.s',
      ],
      { cwd: folder },
    );
    if (status !== 0) throw new Error(output);
    const lines = (await readFile(join(folder, 'tile.s'), 'utf8')).split('\n');
    const start = lines.findIndex((line) => line.includes(functionName) && line.endsWith(':'));
    const end = lines.findIndex((line, at) => at > start && line.includes('.cfi_endproc'));
    return lines.slice(start, end).map((line) => line.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!canRun)(`register tiles${canRun ? '' : ' (skipped: no C++ compiler for x86-64)'}`, () => {
  it.each([
    { target: AVX512, rows: 14, vectors: 2, register: 'zmm' },
    { target: AVX2, rows: 6, vectors: 2, register: 'ymm' },
  ])(
    'keep the accumulators of $rows x $vectors vectors in registers ($target.name)',
    async ({ target, rows, vectors, register }) => {
      const lines = await assemble(compiler as Compiler, target, rows, vectors, `tile__f32_${rows}x${vectors * target.lanes}`);
      expect(lines.filter((line) => line.startsWith('vfmadd') && line.includes(`%${register}`))).toHaveLength(rows * vectors * 4);
      expect(lines.filter((line) => line.includes(`%${register}`) && /\(%r[sb]p/.test(line))).toEqual([]);
    },
    60_000,
  );
});
