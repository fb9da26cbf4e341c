import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../compiler/build/prepare-model.ts';
import { type BuildReport, build, Input, initializers, layers, Model } from '../../compiler/index.ts';
import { probeCompiler } from '../../targets/native/index.ts';
import { goldenModel } from './golden-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;
const freshFolder = (): string => join(folder, `bundle-${count++}`);
const { compiler } = await probeCompiler();

/** Every model of the golden data whose layers are not recurrent, attending, random or of text. */
const MODELS = [
  'residual_cnn',
  'separable_cnn',
  'inception_block',
  'mlp_softmax',
  'shared_layer',
  'siamese',
  'multi_output_dict',
  'wide_and_deep_dict',
  'ops_in_functional',
  'mixed_float16_cnn',
  'preprocessing_normalization',
  'transfer_frozen',
];

/** Two roundings of float16, where that is what a model computes in; else what builds are held to. */
const toleranceOf = (name: string): number => (name.includes('float16') ? 2 ** -10 : 1e-5);

function small(name = 'small'): Model {
  const input = Input({ shape: [4], name: 'features' });
  return new Model({ inputs: input, outputs: new layers.Dense(2, { name: 'scores' })(input), name });
}

interface Loaded extends Disposable {
  predict(inputs: Record<string, unknown>, options?: { copy: boolean }): Record<string, Float32Array>;
  readonly variant: string;
  readonly memoryBytes: number;
}

async function open(report: BuildReport): Promise<Loaded> {
  const module = await import(pathToFileURL(join(report.outDir, 'index.js')).href);
  return module.load({ onWarning: () => {} });
}

describe.each(MODELS)('%s, built for Node', (name) => {
  it('gives what Keras gives, for as many samples as Keras was given', async () => {
    const golden = goldenModel(name);
    const report = await build(golden.path, { target: 'node', outDir: freshFolder() });
    expect(report.batch).toBe(1);
    expect(report.verifiedVariants).toEqual(report.variants);
    using model = await open(report);
    const outputs = model.predict(Object.fromEntries(report.inputs.map((input, index) => [input.name, golden.inputs[index]?.data])));
    report.outputs.forEach((output, index) => {
      const expected = golden.outputs[index]?.data as Float32Array;
      expect(outputs[output.name]?.length).toBe(expected.length);
      const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (outputs[output.name]?.[at] ?? Number.NaN))), 0);
      expect(worst).toBeLessThan(toleranceOf(name));
    });
  });
});

describe('a build', () => {
  it('reports sizes, memory, times and differences that are those of what it wrote', async () => {
    const report = await build(goldenModel('residual_cnn').path, { target: 'node', outDir: freshFolder() });
    const manifest = JSON.parse(readFileSync(join(report.outDir, 'manifest.json'), 'utf8'));
    expect(report.files).toEqual(readdirSync(report.outDir).sort());
    expect(report.weights.raw).toBe(readFileSync(join(report.outDir, 'weights.safetensors')).length);
    expect(report.code.brotli).toBeLessThan(report.code.raw);
    expect(manifest.verification).toEqual(report.verification);
    expect(report.largestDifference).toBeLessThan(1e-5);
    expect(report.milliseconds).toBeCloseTo(
      report.phases.reduce((sum, phase) => sum + phase.milliseconds, 0),
      6,
    );
    using model = await open(report);
    expect(model.memoryBytes).toBe(manifest.variants.find((variant: { name: string }) => variant.name === model.variant).memory.bytes);
  });

  it('writes the same bytes every time', async () => {
    const { path } = goldenModel('separable_cnn');
    const [one, other] = [
      await build(path, { target: 'browser', outDir: freshFolder() }),
      await build(path, { target: 'browser', outDir: freshFolder() }),
    ];
    for (const file of one.files) expect(readFileSync(join(one.outDir, file))).toEqual(readFileSync(join(other.outDir, file)));
  });

  it('tells of its phases, from the first to the last', async () => {
    const seen: string[] = [];
    const done: number[] = [];
    const report = await build(small(), {
      target: 'browser',
      outDir: freshFolder(),
      onProgress: (progress) => {
        seen.push(progress.phase);
        done.push(progress.done / progress.total);
      },
    });
    expect(seen.slice(0, -1)).toEqual(report.phases.map((phase) => phase.name));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
  });

  it('takes a model that was made here', async () => {
    const model = small();
    const report = await build(model, { target: 'node', outDir: freshFolder() });
    using loaded = await open(report);
    const features = Float32Array.of(1, -2, 3, 0.5, 0, 0, 1, 1);
    const { scores } = loaded.predict({ features });
    const expected = model.predict([
      [1, -2, 3, 0.5],
      [0, 0, 1, 1],
    ]) as { data: Float32Array };
    expect(Array.from(scores as Float32Array)).toEqual(Array.from(expected.data, (value) => expect.closeTo(value, 5)));
  });

  it('computes the samples of a fixed batch in several runs, the last one partly filled', async () => {
    const model = small();
    const one = await build(model, { target: 'node', outDir: freshFolder() });
    const three = await build(model, { target: 'node', outDir: freshFolder(), batch: 3 });
    const features = Float32Array.from({ length: 4 * 7 }, (_, index) => Math.sin(index));
    using single = await open(one);
    using triple = await open(three);
    expect(triple.predict({ features })['scores']).toEqual(single.predict({ features })['scores']);
  });

  it('replaces the bundle that an earlier build left', async () => {
    const outDir = freshFolder();
    await build(small('first'), { target: 'browser', outDir });
    const report = await build(small('second'), { target: 'browser', outDir });
    expect(readdirSync(outDir).sort()).toEqual(report.files);
    expect(readdirSync(outDir).some((file) => file.startsWith('first'))).toBe(false);
  });
});

describe('a build warns', () => {
  it('where the file holds no weights', async () => {
    const path = join(folder, 'config.json');
    writeFileSync(path, small().toJson());
    const heard: string[] = [];
    const report = await build(path, { target: 'browser', outDir: freshFolder(), onWarning: (message) => heard.push(message) });
    expect(report.warnings).toEqual([expect.stringMatching(/config\.json holds a config and no weights/)]);
    expect(heard).toEqual(report.warnings);
  });

  it('where the reference gives no number to compare with', async () => {
    const input = Input({ shape: [4] });
    const broken = new layers.Dense(2, { name: 'scores', biasInitializer: new initializers.Constant(Number.NaN) })(input);
    const report = await build(new Model({ inputs: input, outputs: broken }), { target: 'browser', outDir: freshFolder() });
    expect(report.warnings).toEqual([expect.stringMatching(/NaN or infinities alone for "scores"/)]);
  });
});

describe('a build that cannot succeed writes nothing', () => {
  it('where the difference is beyond tolerance, and says how to find the operation', async () => {
    const outDir = freshFolder();
    const attempt = build(goldenModel('mlp_softmax').path, { target: 'node', outDir, tolerance: 1e-12 });
    await expect(attempt).rejects.toThrow(
      /Nothing was written: output "dense_1".*more than 1e-12[\s\S]*kerasc compare MODEL --targets reference,wasm/,
    );
    expect(existsSync(outDir)).toBe(false);
  });

  it('where the folder holds files of somebody else', async () => {
    const outDir = freshFolder();
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'thesis.txt'), 'all of it');
    await expect(build(small(), { target: 'browser', outDir })).rejects.toThrow(/thesis\.txt/);
    expect(readdirSync(outDir)).toEqual(['thesis.txt']);
  });

  it('where the folder is a file', async () => {
    const outDir = freshFolder();
    writeFileSync(outDir, '');
    await expect(build(small(), { target: 'browser', outDir })).rejects.toThrow(/is a file/);
    await expect(build(small(), { target: 'browser', outDir: join(outDir, 'below') })).rejects.toThrow(/is a file/);
    expect(readFileSync(outDir, 'utf8')).toBe('');
  });

  it.skipIf(process.getuid?.() === 0)('where the folder above may not be written, before any work is done', async () => {
    const parent = freshFolder();
    mkdirSync(parent);
    chmodSync(parent, 0o500);
    const phases: string[] = [];
    const attempt = build(small(), { target: 'browser', outDir: join(parent, 'bundle'), onProgress: ({ phase }) => phases.push(phase) });
    await expect(attempt).rejects.toThrow(/no permission/);
    expect(phases).toEqual([]);
  });

  it('where there is no such target', async () => {
    await expect(build(small(), { target: 'toaster' as never, outDir: freshFolder() })).rejects.toThrow(
      /no target "toaster"[\s\S]*browser, node, native, c/,
    );
  });
});

/** Names that would leave a path, a string or a comment, or that mean something to an engine. */
const HOSTILE = [
  '../../escape',
  '*/ int x; /*',
  '"; process.exit(3); //',
  '$(1) `1`',
  'a\nb',
  '__proto__',
  'constructor',
  'runtime',
  'ünï ☃',
  'if',
  '',
];

describe.each(['node', ...(compiler ? (['native'] as const) : [])] as const)('hostile names, built for %s', (target) => {
  it.each(HOSTILE)('keep to their place: %j', async (name) => {
    const outDir = freshFolder();
    const input = Input({ shape: [2], name: name || 'input' });
    const output = new layers.Dense(1, { name: `${name}-out` })(input);
    const model = new Model({ inputs: input, outputs: output, name: name || 'model' });
    const report = await build(model, { target, outDir });
    expect(report.files.every((file) => /^[\w.-]+$/.test(file))).toBe(true);
    using loaded = await open(report);
    const { inputs, outputs } = prepareModel(model);
    const result = loaded.predict(Object.fromEntries([[inputs[0]?.name as string, Float32Array.of(1, 2)]]));
    expect(Object.keys(result)).toEqual([outputs[0]?.name]);
  });
});
