// What users do wrong: each mistake has a message that says what to do, no stack, and exit code 1.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../compiler/formats/index.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { goldenModel } from '../build/golden-model.ts';
import { temporaryFolder } from '../build/temporary-folder.ts';
import { type Outcome, runKerasc } from './run-kerasc.ts';

const folder = temporaryFolder();
const { path } = goldenModel('residual_cnn');

async function fails(...args: string[]): Promise<string> {
  const outcome = await runKerasc(args, { cwd: folder });
  expectMessage(outcome);
  return outcome.stderr;
}

function expectMessage({ exitCode, stdout, stderr }: Outcome): void {
  expect(exitCode).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr).not.toMatch(/undefined|\[object/);
}

describe('misspelled words', () => {
  it.each([
    [['biuld', path], /unknown command 'biuld'\n\(Did you mean build\?\)/],
    [['build', path, '--targt', 'node', '-o', 'x'], /unknown option '--targt'\n\(Did you mean --target\?\)/],
    [['build', path, '-t', 'brwoser', '-o', 'x'], /'brwoser' is invalid. Allowed choices are browser, node, native, c/],
    [['inspect', path, '--after', 'canonicalise'], /no pass "canonicalise"[\s\S]*trace, hoist-invariants, canonicalize/],
    [['inspect', path, '--variant', 'avx3'], /no variant "avx3"[\s\S]*relaxed, simd/],
    [['compare', path, '--targets', 'reference,gpu'], /two different ones of reference, wasm, native/],
  ])('%j', async (args, message) => {
    expect(await fails(...args)).toMatch(message);
  });
});

describe('options that are missing or have wrong values', () => {
  it.each([
    [['build'], /missing required argument 'model'/],
    [['build', path, '-o', 'x'], /option '-t, --target <target>' is required: one of browser, node, native, c/],
    [['build', path, '-t', 'node'], /option '-o, --out <dir>' is required/],
    [['run', path], /option '-i, --inputs <file>' is required/],
    [['build', path, '-t', 'node', '-o', 'x', '--batch', '0'], /whole number above 0/],
    [['build', path, '-t', 'node', '-o', 'x', '--batch', 'many'], /whole number above 0/],
    [['build', path, '-t', 'node', '-o', 'x', '--shape', '1,2,3'], /NAME=SIZES/],
    [['build', path, '-t', 'node', '-o', 'x', '--shape', 'a=1,-2'], /NAME=SIZES/],
    [['build', path, '-t', 'node', '-o', 'x', '--shape', 'image=1,8,8,3'], /no input "image"[\s\S]*"input_layer" \(None, 8, 8, 3\)/],
    [['build', path, '-t', 'node', '-o', 'x', '--tolerance', '-1'], /number above 0/],
    [['bench', path, '--threads', '2'], /wasm runs in one thread/],
  ])('%j', async (args, message) => {
    expect(await fails(...args)).toMatch(message);
  });
});

describe('model files that are none', () => {
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };

  it('a file that does not exist', async () => {
    expect(await fails('build', 'nowhere.keras', '-t', 'node', '-o', 'x')).toMatch(/no such file or folder[\s\S]*"nowhere.keras"/);
  });

  it('an empty file', async () => {
    expect(await fails('check', write('empty.keras', ''))).toMatch(/The file is empty/);
  });

  it('a folder without a model', async () => {
    mkdirSync(join(folder, 'photos'));
    expect(await fails('check', 'photos')).toMatch(/holds neither model.json/);
  });

  it('a text', async () => {
    expect(await fails('check', write('letter.keras', 'Dear sirs'))).toMatch(/no known model file/);
  });

  it('half of a model', async () => {
    const bytes = readFileSync(path);
    expect(await fails('check', write('half.keras', bytes.subarray(0, bytes.length >> 1)))).toMatch(
      /FormatError \[[\w-]+\][\s\S]*half\.keras/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const name = write('secret.keras', readFileSync(path));
    chmodSync(join(folder, name), 0);
    expect(await fails('check', name)).toMatch(/cannot be read/);
  });
});

describe('files of arrays', () => {
  const run = (inputs: string, outputs = 'out.safetensors'): Promise<string> => fails('run', path, '-i', inputs, '-o', outputs);
  const arrays = (shape: number[], name = 'input_layer'): Uint8Array => writeSafetensors(new Map([[name, ndarray('float32', shape)]]));

  it('a file that does not exist, or is a folder', async () => {
    expect(await run('nothing.npz')).toMatch(/"nothing.npz" does not exist/);
    expect(await run('.')).toMatch(/is a folder/);
  });

  it('a file of something else', async () => {
    writeFileSync(join(folder, 'junk.safetensors'), 'x'.repeat(100));
    expect(await run('junk.safetensors')).toMatch(/FormatError[\s\S]*junk\.safetensors/);
  });

  it('arrays that do not fit the model', async () => {
    writeFileSync(join(folder, 'wrong.safetensors'), arrays([1, 9, 9, 3]));
    expect(await run('wrong.safetensors')).toMatch(/Input "input_layer" has the shape \(None, 8, 8, 3\). Received: \(1, 9, 9, 3\)/);
  });

  it('a place that cannot be written', async () => {
    writeFileSync(join(folder, 'right.safetensors'), arrays([1, 8, 8, 3]));
    expect(await run('right.safetensors', 'no/such/folder/out.safetensors')).toMatch(/Cannot write "no\/such\/folder\/out.safetensors"/);
  });
});

describe('errors', () => {
  it('show where they arose when --debug asks for it, before or after the command', async () => {
    for (const args of [
      ['--debug', 'check', 'nowhere.keras'],
      ['check', 'nowhere.keras', '--debug'],
    ]) {
      const { exitCode, stderr } = await runKerasc(args, { cwd: folder });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/no such file[\s\S]*^ +at /m);
    }
  });

  it('keep control characters of a file off the terminal', async () => {
    const config = {
      class_name: 'Sequential',
      config: { name: 'm', layers: [{ class_name: '\u001b[31mEvil\u0007', config: { name: 'a\u001b[2J' } }] },
    };
    writeFileSync(join(folder, 'evil.json'), JSON.stringify(config));
    const { stdout, exitCode } = await runKerasc(['check', 'evil.json'], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});
