import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../../codegen/compile.ts';
import { interpretModule } from '../../../codegen/kernel-ir/interpret.ts';
import { verifyModule } from '../../../codegen/kernel-ir/verify-module.ts';
import { scheduleContraction } from '../../../codegen/schedule/contraction/schedule.ts';
import { scheduleDepthwise } from '../../../codegen/schedule/depthwise/schedule.ts';
import { scheduleWinograd } from '../../../codegen/schedule/winograd/schedule.ts';
import { executeReference } from '../../../compiler/ir/execute.ts';
import { ndarray } from '../../../compiler/ir/ndarray.ts';
import { runPasses } from '../../../compiler/passes/index.ts';
import { lax } from '../../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';
import { trace } from '../../../compiler/trace/trace.ts';
import { AVX2, AVX512, NEON, WASM_RELAXED } from '../../../targets/cpu.ts';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { randomFloats } from '../../ir/random-values.ts';

let nextSeed = 1;
const weights = (shape: readonly number[]): Tensor =>
  tensorOf(
    'float32',
    shape,
    randomFloats(
      shape.reduce((a, b) => a * b, 1),
      nextSeed++,
    ),
  );

interface ConvOptions {
  readonly stride?: number;
  readonly groups?: number;
  readonly dilation?: number;
}

/** A valid convolution with bias and relu. */
function convolve(x: Tensor, filters: number, kernel: number, { stride = 1, groups = 1, dilation = 1 }: ConvOptions = {}): Tensor {
  const channels = (x.shape[3] as number) / groups;
  const y = lax.convolution(x, weights([kernel, kernel, channels, filters]), {
    strides: [stride, stride],
    padding: [
      [0, 0],
      [0, 0],
    ],
    inputDilation: [1, 1],
    kernelDilation: [dilation, dilation],
    featureGroups: groups,
    batchGroups: 1,
  });
  const biased = lax.add(y, lax.broadcastTo(weights([filters]), y.shape));
  return lax.maximum(biased, lax.full(biased.shape, 0, 'float32'));
}

/** Single precision rounds each of `terms` products to 6e-8; Winograd's transforms lose another digit. */
const TOLERANCE = 3e-5;

/** Compiles for each target without the general loops: a stage that no special schedule takes fails the test. */
function expectAgreement(shape: readonly number[], body: (x: Tensor) => Tensor): void {
  const { graph } = trace(
    'test',
    [{ name: 'x', dtype: 'float32', shape }],
    (x) => [body(x as Tensor)],
    (outputs) => outputs,
  );
  const input = ndarray(
    'float32',
    shape,
    randomFloats(
      shape.reduce((a, b) => a * b, 1),
      99,
    ),
  );
  const [expected] = executeReference(graph, [input]);
  const reference = Array.from(expected?.data as Float32Array);
  const scale = Math.max(1, ...reference.map(Math.abs));
  for (const target of [AVX512, AVX2, NEON, WASM_RELAXED]) {
    const module = compileWith(graph, target);
    verifyModule(module);
    const [actual] = interpretModule(module, [input.data as Float32Array]);
    const values = Array.from(actual as unknown as Float32Array);
    const worst = reference.reduce((most, value, index) => Math.max(most, Math.abs(value - (values[index] as number)) / scale), 0);
    expect({ target: target.name, fits: worst < TOLERANCE, worst }).toMatchObject({ target: target.name, fits: true });
  }
}

function compileWith(graph: Parameters<typeof runPasses>[0], target: CpuTarget): ReturnType<typeof compileProgram> {
  const program = runPasses(graph, { target });
  return compileProgram(program, target, { schedules: [scheduleWinograd, scheduleDepthwise, scheduleContraction] });
}

const dense = (x: Tensor, units: number): Tensor =>
  lax.dot_general(x, weights([x.shape.at(-1) as number, units]), {
    lhsContracting: [x.rank - 1],
    rhsContracting: [0],
    lhsBatch: [],
    rhsBatch: [],
  });

describe('contraction schedule', () => {
  it.each([
    [1, 7, 10],
    [3, 33, 70],
    [5, 64, 32],
    [17, 20, 129],
    [2, 5, 3],
  ])('multiplies %i rows of %i by %i columns', (rows, depth, columns) => {
    expectAgreement([rows, depth], (x) => dense(x, columns));
  });

  it('multiplies tensors of higher rank', () => {
    expectAgreement([2, 3, 5, 24], (x) => dense(x, 18));
  });

  it.each([
    [3, 17, 3, 1],
    [5, 32, 1, 2],
    [32, 20, 3, 2],
    [16, 48, 2, 1],
  ])('convolves %i channels to %i with kernel %i, stride %i', (channels, filters, kernel, stride) => {
    expectAgreement([2, 9, 8, channels], (x) => convolve(x, filters, kernel, { stride }));
  });

  it('keeps a chain of convolutions in the target layout, with a residual', () => {
    expectAgreement([1, 8, 8, 3], (x) => {
      const a = convolve(x, 40, 3);
      const b = convolve(a, 24, 1);
      const c = convolve(b, 40, 1);
      return lax.maximum(lax.add(convolve(c, 40, 1), a), lax.full(a.shape, 0, 'float32'));
    });
  });

  it('dilates and groups', () => {
    expectAgreement([1, 9, 9, 8], (x) => convolve(x, 12, 3, { dilation: 2 }));
    expectAgreement([1, 5, 5, 8], (x) => convolve(x, 64, 3, { groups: 2 }));
  });

  it('flattens a convolution into a dense layer', () => {
    expectAgreement([1, 6, 5, 3], (x) => {
      const y = convolve(x, 32, 2);
      return dense(lax.reshape(y, [1, y.size]), 10);
    });
  });
});

describe('winograd schedule', () => {
  it.each([
    [14, 14],
    [16, 19],
    [8, 8],
  ])('computes 3x3 convolutions of %i x %i inputs', (height, width) => {
    expectAgreement([1, height, width, 3], (x) => convolve(convolve(x, 32, 1), 48, 3));
  });

  it('computes several samples', () => {
    expectAgreement([3, 9, 8, 3], (x) => convolve(convolve(x, 32, 1), 32, 3));
  });
});

describe('depthwise schedule', () => {
  it.each([
    [3, 1],
    [3, 2],
    [5, 1],
  ])('convolves each channel with kernel %i, stride %i', (kernel, stride) => {
    expectAgreement([1, 12, 11, 3], (x) => {
      const y = convolve(x, 32, 1);
      return convolve(convolve(y, 32, kernel, { stride, groups: 32 }), 16, 1);
    });
  });

  it('handles channels that fill no whole block', () => {
    expectAgreement([1, 9, 9, 3], (x) => convolve(convolve(convolve(x, 24, 1), 24, 3, { groups: 24 }), 16, 1));
  });
});
