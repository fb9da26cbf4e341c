// What a bundle consists of, and that nothing a model is named reaches generated text raw.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Project, type SourceFile } from 'ts-morph';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorInfo } from '../../../runtime/index.ts';
import { browserBundle } from '../../../targets/browser/browser-bundle.ts';
import { BundleError, type BundleFiles, makeManifest } from '../../../targets/bundle/index.ts';
import { fileStem, packageName } from '../../../targets/bundle/names.ts';
import { nodeBundle } from '../../../targets/node/node-bundle.ts';
import { sampleContents } from '../../runtime/sample-bundle.ts';
import { findViolations } from './check-schema.ts';

const text = (files: BundleFiles, name: string): string => String(files.get(name));
const schema = JSON.parse(await readFile(new URL('../../../targets/bundle/manifest-1.schema.json', import.meta.url), 'utf8'));

describe('a browser bundle', () => {
  let files: BundleFiles;
  beforeAll(async () => {
    files = await browserBundle(sampleContents());
  });

  it('holds code per variant, one file of weights, manifest, loader, declarations and an example', () => {
    expect([...files.keys()].sort()).toEqual([
      'digits.relaxed.wasm',
      'digits.simd.wasm',
      'example.js',
      'index.d.ts',
      'index.html',
      'index.js',
      'manifest.json',
      'package.json',
      'weights.safetensors',
    ]);
  });

  it('has a manifest that follows its published schema, and hashes that are those of the files', () => {
    const manifest = JSON.parse(text(files, 'manifest.json'));
    expect(findViolations(schema, manifest)).toEqual([]);
    for (const [name, { bytes, sha256 }] of Object.entries<{ bytes: number; sha256: string }>(manifest.files)) {
      const content = files.get(name) as Uint8Array;
      expect(bytes).toBe(content.length);
      expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });

  it('has a schema that finds what is wrong', () => {
    const manifest = JSON.parse(text(files, 'manifest.json'));
    expect(findViolations(schema, { ...manifest, version: 2, extra: 1, batch: 0 })).toEqual([
      '$: unknown extra',
      '$.version: const 1',
      '$.batch: minimum 1',
    ]);
    expect(findViolations(schema, { ...manifest, inputs: [{ name: 'x', dtype: 'text', shape: [1.5] }] })).toHaveLength(2);
  });

  it('names its files as URLs that bundlers find', () => {
    for (const name of ['manifest.json', 'digits.relaxed.wasm', 'weights.safetensors'])
      expect(text(files, 'index.js')).toContain(`new URL('./${name}', import.meta.url)`);
  });

  it('declares what predict takes and gives', () => {
    expect(text(files, 'index.d.ts')).toContain('/** float32, shape [batch, 10] */\n  readonly "image": Float32Array;');
    expect(text(files, 'index.d.ts')).toContain('export declare function load(options?: LoadOptions): Promise<Model>;');
  });

  it('has declarations that let right calls pass and stop wrong ones', () => {
    const project = new Project({
      useInMemoryFileSystem: true,
      compilerOptions: { strict: true, target: 9, module: 99, lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'] },
    });
    project.createSourceFile('index.d.ts', text(files, 'index.d.ts'));
    const user = project.createSourceFile(
      'user.ts',
      `import { load, type Outputs } from './index.js';
      using model = await load({ onProgress: ({ loaded, total }) => console.log(loaded / total) });
      const { scores }: Outputs = model.predict({ image: new Float32Array(10) }, { copy: true });
      export const best: number = Math.max(...scores);
      // @ts-expect-error
      model.predict({ picture: new Float32Array(10) });
      // @ts-expect-error
      model.predict({ image: new Uint8Array(10) });
      // @ts-expect-error
      model.predict({ image: new Float32Array(10) }).classes;`,
    );
    expect(user.getPreEmitDiagnostics().map((diagnostic) => diagnostic.getMessageText())).toEqual([]);
  });

  it('is a package', () => {
    const { name, type, exports, files: published } = JSON.parse(text(files, 'package.json'));
    expect({ name, type, types: exports['.'].types }).toEqual({ name: 'digits', type: 'module', types: './index.d.ts' });
    expect(published).toContain('weights.safetensors');
  });
});

it('a bundle for Node has no page', async () => {
  expect([...(await nodeBundle(sampleContents())).keys()]).not.toContain('index.html');
});

it('programs with weights of their own keep them apart', () => {
  const contents = sampleContents();
  const programs = contents.programs.map((program, position) => (position === 0 ? program : { ...program, weights: new Uint8Array(8) }));
  const { manifest } = makeManifest({ ...contents, programs }, 'browser');
  expect(manifest.variants.map(({ weights }) => weights)).toEqual(['weights.safetensors', 'weights.simd.safetensors']);
});

it('two outputs of one name are refused', () => {
  const output: TensorInfo = { name: 'scores', dtype: 'float32', shape: [null, 8] };
  const attempt = (): unknown => makeManifest(sampleContents({ outputs: [output, { ...output }] }), 'browser');
  expect(attempt).toThrow(BundleError);
  expect(attempt).toThrow('two outputs are named "scores". Give them different names.');
});

const HOSTILE = [
  '*/ export const stolen = 1; /*',
  "'; stolen(); '",
  '"; stolen(); "',
  '`$' + '{stolen()}`',
  '\\',
  '\\"',
  'a\nb',
  'a\u2028stolen()\u2029b',
  '</script><script>stolen()</script>',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '',
  ' ',
  '\u0000',
  'ж',
  '\ud800',
  '@deprecated',
  '//',
  '%PATH%',
  '$&',
  'x'.repeat(5000),
];

describe('hostile names', () => {
  function parse(name: string, code: string): SourceFile {
    const file = new Project({
      useInMemoryFileSystem: true,
      skipLoadingLibFiles: true,
      compilerOptions: { allowJs: true },
    }).createSourceFile(name, code);
    const broken = file
      .getProject()
      .getProgram()
      .getSyntacticDiagnostics(file)
      .map((diagnostic) => diagnostic.getMessageText());
    expect(broken).toEqual([]);
    return file;
  }

  it('are property names in declarations, character by character, and nothing else', async () => {
    const inputs = HOSTILE.map((name): TensorInfo => ({ name, dtype: 'float32', shape: [null, 10] }));
    const files = await browserBundle(sampleContents({ name: HOSTILE[0] as string, inputs }));
    const declared = parse('index.d.ts', text(files, 'index.d.ts'));
    const names = declared
      .getInterfaceOrThrow('Inputs')
      .getProperties()
      .map((property) => property.getSymbolOrThrow().getEscapedName());
    expect(names.map((name) => name.replace(/^___/, '__'))).toEqual(HOSTILE);
    expect(declared.getStatements().map((statement) => statement.getKindName())).toEqual([
      ...new Array(6).fill('InterfaceDeclaration'),
      'FunctionDeclaration',
    ]);
  });

  it.each(HOSTILE)("%j as the model's name makes harmless files", async (name) => {
    const files = await browserBundle(sampleContents({ name }));
    for (const file of files.keys()) expect(file).toMatch(/^[A-Za-z0-9_-]+(\.[a-z0-9-]+)+$/);
    expect(parse('index.js', text(files, 'index.js')).getFunctionOrThrow('load').isExported()).toBe(true);
    for (const file of ['index.js', 'index.html', 'example.js']) expect(text(files, file)).not.toMatch(/stolen(\(| =)/);
    expect(JSON.parse(text(files, 'package.json')).name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    expect(JSON.parse(text(files, 'manifest.json')).name).toBe(name);
  });

  it('become short stems', () => {
    expect(fileStem('My Model: v2/final')).toBe('My_Model_v2_final');
    expect(packageName('My Model')).toBe('my_model');
    expect(fileStem('../..')).toBe('model');
    expect(fileStem('x'.repeat(5000))).toHaveLength(64);
  });
});
