// Each Kernel IR operation on NEON, cross-compiled and emulated, against the interpreter.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { NEON } from '../../../targets/cpu.ts';
import { compilerFlags, WARNING_FLAGS } from '../../../targets/native/compiler-flags.ts';
import { readRuntimeFiles } from '../../../targets/native/package-files.ts';
import { runProcess } from '../../../targets/native/run-process.ts';
import { findDifferences } from './differences.ts';
import { expressionModule, inputArrays } from './expression-cases.ts';

const CXX = 'aarch64-linux-gnu-g++';
const canRun = (await runProcess([CXX, '--version'])).status === 0 && (await runProcess(['qemu-aarch64', '--version'])).status === 0;

/** Reads all inputs from one file and writes all outputs to another. */
const MAIN = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "expressions.h"
int main(int, char** arguments) {
  const kerasc_model_api* api = expressions_api();
  kerasc_model* model = expressions_create(nullptr, 0, 1);
  void** inputs = static_cast<void**>(calloc(static_cast<size_t>(api->input_count), sizeof(void*)));
  void** outputs = static_cast<void**>(calloc(static_cast<size_t>(api->output_count), sizeof(void*)));
  FILE* in = fopen(arguments[1], "rb");
  for (int i = 0; i < api->input_count; i++) {
    inputs[i] = malloc(api->inputs[i].bytes);
    if (fread(inputs[i], 1, api->inputs[i].bytes, in) != api->inputs[i].bytes) return 1;
  }
  for (int i = 0; i < api->output_count; i++) outputs[i] = memset(malloc(api->outputs[i].bytes), 255, api->outputs[i].bytes);
  expressions_run(model, inputs, outputs);
  FILE* out = fopen(arguments[2], "wb");
  for (int i = 0; i < api->output_count; i++) fwrite(outputs[i], 1, api->outputs[i].bytes, out);
  return fclose(out);
}
`;

async function runEmulated(folder: string): Promise<Uint8Array[]> {
  const arrays = inputArrays();
  const module = expressionModule([1, 2, 4, 8], arrays);
  const { header, sources } = emitCpp([{ target: NEON, module }], { name: 'expressions' });
  const files = [header, ...sources, ...(await readRuntimeFiles()), { name: 'main.cpp', text: MAIN }];
  await Promise.all(files.map(({ name, text }) => writeFile(join(folder, name), text)));
  await writeFile(join(folder, 'in'), Buffer.concat(arrays.map(({ data }) => new Uint8Array(data.buffer))));
  const cpp = files.map(({ name }) => name).filter((name) => name.endsWith('.cpp'));
  const compiled = await runProcess([CXX, ...compilerFlags('gcc'), ...WARNING_FLAGS, '-static', ...cpp, '-pthread', '-o', 'run'], {
    cwd: folder,
  });
  expect(compiled.status, compiled.output).toBe(0);
  expect(await runProcess(['qemu-aarch64', './run', 'in', 'out'], { cwd: folder })).toEqual({ status: 0, output: '' });
  const bytes = new Uint8Array(await readFile(join(folder, 'out')));
  let at = 0;
  return module.outputs.map((slot) => {
    at += slot.bytes;
    return bytes.subarray(at - slot.bytes, at);
  });
}

describe.skipIf(!canRun)(`emitted C++ on aarch64${canRun ? '' : ` (skipped: no ${CXX} with qemu-aarch64)`}`, () => {
  it('computes every operation as the interpreter does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kerasc-aarch64-'));
    try {
      const outputs = await runEmulated(folder);
      const arrays = inputArrays();
      const module = expressionModule([1, 2, 4, 8], arrays);
      expect(
        findDifferences(
          module,
          outputs,
          interpretModule(
            module,
            arrays.map(({ data }) => data),
            { fused: true },
          ),
        ),
      ).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 240_000);
});
