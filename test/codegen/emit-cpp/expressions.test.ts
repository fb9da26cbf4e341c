// Each Kernel IR operation, compiled for each instruction set, against the interpreter.
import { beforeAll, describe, expect, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import type { KernelModule } from '../../../codegen/module.ts';
import { AVX2, AVX512, NEON, PORTABLE } from '../../../targets/cpu.ts';
import { WARNING_FLAGS } from '../../../targets/native/compiler-flags.ts';
import { compileLibrary, hostTargets, loadLibrary, type NativeLibrary, probeCompiler } from '../../../targets/native/index.ts';
import { testCache } from '../../native/test-cache.ts';
import { findDifferences } from './differences.ts';
import { expressionModule, inputArrays } from './expression-cases.ts';

const arrays = inputArrays();
const { compiler } = await probeCompiler();
const host = hostTargets();

// Multiply-add of scalars and vectors rounds once where the machine has it.
const TARGETS = [
  { target: AVX512, fused: true },
  { target: AVX2, fused: true },
  { target: NEON, fused: true },
  { target: PORTABLE, fused: false },
].filter(({ target }) => host.includes(target));

/** Lanes 1 to 16: half, whole and several registers. */
const module: KernelModule = expressionModule([1, 4, 8, 16], arrays);

describe.skipIf(!compiler)(`emitted C++${compiler ? '' : ' (skipped: no C++ compiler)'}`, () => {
  let library: NativeLibrary;

  beforeAll(async () => {
    verifyModule(module);
    const sources = emitCpp(
      TARGETS.map(({ target }) => ({ target, module })),
      { name: 'expressions' },
    );
    library = await loadLibrary(await compileLibrary(sources, { cacheFolder: testCache(), extraFlags: WARNING_FLAGS }), {
      cacheFolder: testCache(),
    });
  }, 240_000);

  it.each(TARGETS)(
    'computes every operation as the interpreter does ($target.name)',
    ({ target, fused }) => {
      const inputs = arrays.map(({ data }) => data);
      const expected = interpretModule(module, inputs, { fused });
      const outputs = module.outputs.map(({ bytes }) => new Uint8Array(bytes).fill(0xff));
      using model = library.create({ weights: new Uint8Array(0), variant: target.name });
      expect(model.variant).toBe(target.name);
      model.run(inputs, outputs);
      expect(findDifferences(module, outputs, expected)).toEqual([]);
    },
    60_000,
  );
});
