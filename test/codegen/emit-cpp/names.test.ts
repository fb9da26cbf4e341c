// Names from models reach C++ as harmless text.
import { describe, expect, it } from 'vitest';
import { emitCpp } from '../../../codegen/emit/cpp/index.ts';
import { literal } from '../../../codegen/emit/cpp/literals.ts';
import { identifier, lineComment, modelPrefix, Names, stringLiteral } from '../../../codegen/emit/cpp/names.ts';
import {
  add,
  advance,
  constant,
  F32,
  index,
  type KernelFunction,
  load,
  local,
  pointerTo,
  store,
} from '../../../codegen/kernel-ir/index.ts';
import type { KernelModule } from '../../../codegen/module.ts';
import { WARNING_FLAGS } from '../../../targets/native/compiler-flags.ts';
import { compileLibrary, hostTargets, loadLibrary, probeCompiler } from '../../../targets/native/index.ts';
import { testCache } from '../../native/test-cache.ts';

const HOSTILE = [
  '*/ int main() {}',
  'ends with \\',
  'two\nlines',
  'trigraph ??/',
  '/* open',
  'é漢字',
  '\u202eright to left',
  '"; system("x"); //',
  '',
  '%s%n',
  'a'.repeat(500),
  'nul\u0000byte',
  '😀',
];

describe('identifiers', () => {
  it('are identifiers whatever the text', () => {
    for (const text of [...HOSTILE, '7up', '_x', '__x', 'int', 'linux', 'f32x8'])
      expect(identifier(text)).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,202}$/);
  });

  it('avoid keywords, macros and the names of emitted types', () => {
    expect(['int', 'linux', 'f32x8', 'f32', 'index', 'xor', 'splat_f32x8', 'step_3'].map((text) => identifier(text))).toEqual([
      'int_',
      'linux_',
      'f32x8_',
      'f32_',
      'index_',
      'xor_',
      'splat_f32x8_',
      'step_3_',
    ]);
  });

  it('leave ordinary names as they are', () => {
    expect(identifier('block3_conv1__f32_conv_relu_6x16')).toBe('block3_conv1__f32_conv_relu_6x16');
  });

  it('give no header the name of one of the system', () => {
    expect(['string', 'Math', 'time', 'digits'].map(modelPrefix)).toEqual(['string_model', 'Math_model', 'time_model', 'digits']);
  });

  it('differ for different texts of one scope', () => {
    const names = new Names();
    expect([names.of('a b'), names.of('a-b'), names.of('a b')]).toEqual(['a_b', 'a_b_2', 'a_b']);
  });
});

describe('comments and strings', () => {
  it('keep a comment on its line and free of what compilers warn of', () => {
    for (const text of HOSTILE) expect(lineComment(text)).toMatch(/^\/\/(?!.*(\*\/|\/\*|\?\?|\\$))[ -~]*$/);
  });

  it('write strings as the bytes of their UTF-8', () => {
    expect(stringLiteral('a"b\\c?d\né')).toBe('"a\\042b\\134c\\077d\\012\\303\\251"');
  });
});

describe('literals', () => {
  it('are short and exact', () => {
    expect([
      literal(0.1, 'f32'),
      literal(1, 'f32'),
      literal(-0, 'f32'),
      literal(16777217, 'f32'),
      literal(1e-40, 'f32'),
      literal(0.1, 'f64'),
      literal(1e21, 'f64'),
    ]).toEqual(['0.1f', '1.0f', '-0.0f', '16777216.0f', '1e-40f', '0.1', '1e+21']);
    expect([
      literal(-(2 ** 31), 'i32'),
      literal(-1, 'u32'),
      literal(-(2n ** 63n), 'i64'),
      literal(5_000_000_000, 'index'),
      literal(7, 'index'),
    ]).toEqual(['(-2147483647 - 1)', '4294967295u', '(-9223372036854775807ll - 1)', '5000000000ll', '7']);
  });

  it('read back as the same float', () => {
    for (let seed = 1; seed < 5000; seed++) {
      const value = Math.fround(Math.sin(seed) * 10 ** ((seed % 70) - 35));
      expect(Math.fround(Number(literal(value, 'f32').slice(0, -1)))).toBe(value);
    }
  });
});

/** A model all of whose names are hostile. */
function hostileModule(): KernelModule {
  const floats = pointerTo('f32');
  const functions = HOSTILE.map(
    (_, i): KernelFunction => ({
      name: ['int', 'linux', 'f32x4', 'main', 'NULL', 'run', 'prepare'][i] ?? `k${i}`,
      parameters: [
        { name: 'double', type: floats },
        { name: 'f32', type: floats, writes: true },
      ],
      body: [
        { kind: 'comment', text: HOSTILE[i] as string },
        { kind: 'let', name: 'unused', type: F32, value: constant(1, F32) },
        store(advance(local('f32', floats), index(i)), 0, add(load(advance(local('double', floats), index(i))), constant(1, F32))),
      ],
    }),
  );
  const slot = (name: string) => ({ name, type: 'f32' as const, shape: [HOSTILE.length], bytes: 4 * HOSTILE.length });
  return {
    name: HOSTILE.join(' '),
    functions,
    prepare: [],
    inputs: [slot('in */ \\')],
    outputs: [slot('out\n"\\')],
    weights: new Uint8Array(0),
    arenaBytes: 0,
    run: functions.map((each, i) => ({
      kind: 'call',
      callee: each.name,
      label: HOSTILE[i] as string,
      flops: 0,
      args: [
        { kind: 'address', memory: 'f32', address: { region: 'input', index: 0, offset: 0 } },
        { kind: 'address', memory: 'f32', address: { region: 'output', index: 0, offset: 0 } },
      ],
    })),
  };
}

describe('emitted files', () => {
  it('are the same bytes each time', () => {
    const targets = hostTargets();
    const emit = () =>
      emitCpp(
        targets.map((target) => ({ target, module: hostileModule() })),
        { name: 'x' },
      );
    expect(emit()).toEqual(emit());
  });

  it('compile without warnings and keep the names as data', async ({ skip }) => {
    const { compiler } = await probeCompiler();
    if (!compiler) skip('no C++ compiler');
    const module = hostileModule();
    const sources = emitCpp(
      hostTargets().map((target) => ({ target, module })),
      { name: '../../int */' },
    );
    const library = await loadLibrary(await compileLibrary(sources, { cacheFolder: testCache(), extraFlags: WARNING_FLAGS }), {
      cacheFolder: testCache(),
    });
    expect(library.inputs[0]?.name).toBe('in */ \\');
    expect(library.outputs[0]?.name).toBe('out\n"\\');
    using model = library.create({ weights: module.weights });
    const result = new Float32Array(HOSTILE.length);
    model.run([Float32Array.from(HOSTILE, (_, i) => i)], [result]);
    expect(Array.from(result)).toEqual(HOSTILE.map((_, i) => i + 1));
  }, 60_000);
});
