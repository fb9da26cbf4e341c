// What needs a C++ compiler: the targets native and c.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { build, Input, layers, Model } from '../../compiler/index.ts';
import { probeCompiler } from '../../targets/native/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';
import { goldenModel } from './golden-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const { compiler } = await probeCompiler();
const hasCmake = (await runProcess(['cmake', '--version'])).status === 0;

const load = async (outDir: string, options: object = {}) => (await import(pathToFileURL(join(outDir, 'index.js')).href)).load(options);

describe.skipIf(!compiler)('built for this machine', () => {
  it.each(['residual_cnn', 'mixed_float16_cnn', 'wide_and_deep_dict'])('%s gives what Keras gives', async (name) => {
    const golden = goldenModel(name);
    const report = await build(golden.path, { target: 'native', outDir: join(folder, name) });
    expect(report.verifiedVariants).toEqual(report.variants);
    const model = await load(report.outDir);
    const outputs = model.predict(Object.fromEntries(report.inputs.map((input, index) => [input.name, golden.inputs[index]?.data])));
    const found = outputs[report.outputs[0]?.name as string];
    const expected = golden.outputs[0]?.data as Float32Array;
    // Two roundings of float16 where the model computes in it.
    const tolerance = name.includes('float16') ? 2 ** -10 : 1e-5;
    expect(Array.from(expected, (value, index) => Math.abs(value - found[index])).every((difference) => difference < tolerance)).toBe(true);
    model.dispose();
    expect(() => model.predict({})).toThrow(/disposed/);
  });

  it('runs every variant of the machine, on any number of threads, to the same result', async () => {
    const golden = goldenModel('residual_cnn');
    const report = await build(golden.path, { target: 'native', outDir: join(folder, 'variants') });
    const inputs = { [report.inputs[0]?.name as string]: golden.inputs[0]?.data };
    for (const variant of report.variants) {
      const [one, two] = [await load(report.outDir, { variant }), await load(report.outDir, { variant, threads: 2 })];
      expect(one.variant).toBe(variant);
      expect(two.predict(inputs)).toEqual(one.predict(inputs));
    }
  });

  it('refuses files that were changed, variants and threads that there are not, and other machines', async () => {
    const { outDir } = await build(goldenModel('mlp_softmax').path, { target: 'native', outDir: join(folder, 'changed') });
    await expect(load(outDir, { variant: 'sse9' })).rejects.toThrow(/no variant "sse9"/);
    await expect(load(outDir, { threads: 0 })).rejects.toThrow(/whole number from 1 to 256/);
    const manifest = readFileSync(join(outDir, 'manifest.json'), 'utf8');
    writeFileSync(join(outDir, 'manifest.json'), manifest.replaceAll(`${process.platform}-${process.arch}`, 'plan9-vax'));
    await expect(load(outDir)).rejects.toThrow(/built for "plan9-vax"/);
    writeFileSync(join(outDir, 'manifest.json'), manifest);
    const weights = readFileSync(join(outDir, 'weights.safetensors'));
    weights[weights.length - 1] = (weights.at(-1) as number) ^ 1;
    writeFileSync(join(outDir, 'weights.safetensors'), weights);
    await expect(load(outDir)).rejects.toThrow(/weights\.safetensors is not the file that was built/);
  });
});

describe.skipIf(!compiler || !hasCmake)('built as C++', () => {
  it('compiles by its CMakeLists.txt without warnings and computes what Keras computes', async () => {
    const golden = goldenModel('residual_cnn');
    const outDir = join(folder, 'c');
    const report = await build(golden.path, { target: 'c', outDir });
    expect(report.verification?.outputs[0]?.largestDifference).toBeLessThan(1e-5);
    const work = join(folder, 'c-build');
    const configured = await runProcess(['cmake', '-S', outDir, '-B', work, '-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror']);
    expect(configured.status, configured.output).toBe(0);
    const compiled = await runProcess(['cmake', '--build', work, '--parallel', '2']);
    expect(compiled.status, compiled.output).toBe(0);
    const images = golden.inputs[0]?.data as Float32Array;
    writeFileSync(join(folder, 'sample.bin'), new Uint8Array(images.slice(0, 8 * 8 * 3).buffer));
    const { status, output } = await runProcess([join(work, 'functional_example'), '--runs', '1', join(folder, 'sample.bin')], {
      cwd: outDir,
    });
    expect(status, output).toBe(0);
    const [, numbers = ''] = /^dense \(f32\): (.*)$/m.exec(output) ?? [];
    const scores = golden.outputs[0]?.data as Float32Array;
    expect(numbers.split(' ').map(Number)).toEqual(Array.from(scores.slice(0, 3), (value) => expect.closeTo(value, 4)));
  });
});

describe('without a C++ compiler', () => {
  const model = (): Model => {
    const input = Input({ shape: [4], name: 'features' });
    return new Model({ inputs: input, outputs: new layers.Dense(2, { name: 'scores' })(input), name: 'small' });
  };

  async function withoutCompiler<Result>(work: () => Promise<Result>): Promise<Result> {
    const { PATH, CXX } = process.env;
    process.env['PATH'] = '/nowhere';
    delete process.env['CXX'];
    try {
      return await work();
    } finally {
      process.env['PATH'] = PATH;
      if (CXX !== undefined) process.env['CXX'] = CXX;
    }
  }

  it('native stops before any work, and says what to install', async () => {
    const phases: string[] = [];
    const attempt = withoutCompiler(() =>
      build(model(), { target: 'native', outDir: join(folder, 'none'), onProgress: ({ phase }) => phases.push(phase) }),
    );
    await expect(attempt).rejects.toThrow(/No C\+\+ compiler found[\s\S]*apt-get install g\+\+/);
    expect(phases).toEqual([]);
  });

  it('c is written all the same, and says that nobody has checked it', async () => {
    const report = await withoutCompiler(() => build(model(), { target: 'c', outDir: join(folder, 'unchecked') }));
    expect(report.warnings).toEqual([expect.stringContaining('were not verified: no C++ compiler found')]);
    expect(report.largestDifference).toBeNull();
    expect(JSON.parse(readFileSync(join(report.outDir, 'manifest.json'), 'utf8')).verification).toBeUndefined();
    expect(report.files).toContain('small.h');
  });

  it('WebAssembly needs none', async () => {
    const report = await withoutCompiler(() => build(model(), { target: 'browser', outDir: join(folder, 'wasm') }));
    expect(report.largestDifference).toBeLessThan(1e-6);
  });
});
