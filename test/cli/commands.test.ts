import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../compiler/formats/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { goldenModel } from '../build/golden-model.ts';
import { temporaryFolder } from '../build/temporary-folder.ts';
import { runKerasc } from './run-kerasc.ts';

const folder = temporaryFolder();
const golden = goldenModel('residual_cnn');
const { path } = golden;

describe('kerasc', () => {
  it('shows its commands and examples', async () => {
    const { exitCode, stdout } = await runKerasc(['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['build', 'run', 'inspect', 'check', 'bench', 'compare', 'doctor', 'targets'])
      expect(stdout).toContain(`  ${command} `);
    expect(stdout).toContain('$ kerasc build digits.keras --target browser -o dist');
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await runKerasc(['--version'])).stdout).toBe(`${version}\n`);
  });

  it('lists targets with what they need', async () => {
    const { stdout } = await runKerasc(['targets']);
    for (const target of ['browser', 'node', 'native', 'c']) expect(stdout).toMatch(new RegExp(`^${target} +\\w`, 'm'));
    expect(stdout).toContain('needs: a C++ compiler');
  });

  it('examines the machine', async () => {
    const { exitCode, stdout } = await runKerasc(['doctor', '--json']);
    expect(exitCode).toBe(0);
    const findings = JSON.parse(stdout) as { name: string; found: string | null; enables: string; cure?: string }[];
    expect(findings.find(({ name }) => name === 'Node')?.found).toContain(process.version);
    for (const { found, cure } of findings) expect(found ?? cure).toBeTruthy();
  });
});

describe('kerasc build', () => {
  it('writes a bundle and prints what it is', async () => {
    const { exitCode, stdout, stderr } = await runKerasc(['build', path, '--target', 'browser', '-o', 'bundle'], { cwd: folder });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Built "functional" for browser in bundle\n/);
    expect(stdout).toMatch(/verified +largest difference to the reference \d\.\de-\d+ \(relaxed, simd\)/);
    expect(stdout).toMatch(/code +[\d.]+ kB, [\d.]+ kB with brotli/);
    expect(readdirSync(join(folder, 'bundle'))).toEqual(
      expect.arrayContaining(['index.js', 'index.d.ts', 'manifest.json', 'weights.safetensors']),
    );
  });

  it('prints its report as JSON, and progress where it is asked to', async () => {
    const { stdout, stderr } = await runKerasc(['build', path, '-t', 'node', '-o', 'json', '--json', '--progress', '--batch', '4'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toMatchObject({ model: 'functional', target: 'node', batch: 4, warnings: [] });
    expect(stderr).toMatch(/^0\/\d+ load\n1\/\d+ trace\n/);
  });
});

describe('kerasc run', () => {
  const inputs = join(folder, 'in.safetensors');
  writeFileSync(inputs, writeSafetensors(new Map([['input_layer', golden.inputs[0] as NDArray]])));
  const expected = Array.from(golden.outputs[0]?.data as Float32Array, (value) => expect.closeTo(value, 5));

  it.each(['reference', 'wasm'])('writes the outputs that Keras gives, computed by %s', async (target) => {
    const outputs = join(folder, `${target}.safetensors`);
    const { exitCode, stdout } = await runKerasc(['run', path, '--inputs', inputs, '--outputs', outputs, '--target', target]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/"dense" +float32 +\[8, 3\]/);
    const dense = readSafetensors(new Uint8Array(readFileSync(outputs))).get('dense');
    expect(dense?.shape).toEqual([8, 3]);
    expect(Array.from(dense?.data as Float32Array)).toEqual(expected);
  });

  it('reads the arrays of NumPy', async () => {
    const npz = join(folder, 'in.npz');
    writeFileSync(npz, zipSync({ 'input_layer.npy': npy(golden.inputs[0] as NDArray) }));
    const outputs = join(folder, 'npz.safetensors');
    const { exitCode, stderr } = await runKerasc(['run', path, '-i', npz, '-o', outputs]);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(Array.from(readSafetensors(new Uint8Array(readFileSync(outputs))).get('dense')?.data as Float32Array)).toEqual(expected);
  });
});

function npy({ shape, data }: NDArray): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117);
  const header = Uint8Array.from(`\x93NUMPY\x01\x00\x76\x00${text}\n`, (character) => character.charCodeAt(0));
  return Buffer.concat([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

describe('the commands that look inside', () => {
  it('inspect prints the graph after a pass', async () => {
    const { stdout } = await runKerasc(['inspect', path, '--after', 'canonicalize']);
    expect(stdout).toMatch(/^graph "functional" \{\n {2}input %0 "input_layer": f32\[1,8,8,3\]\n/);
  });

  it('inspect prints the kernels of a machine', async () => {
    const { stdout } = await runKerasc(['inspect', path, '--kernels', '--target', 'c', '--variant', 'avx2']);
    expect(stdout).toMatch(/^module functional: \d+ bytes of weights/);
    expect(stdout).toContain('f32x8');
  });

  it('check succeeds for a model that can be built', async () => {
    const { exitCode, stdout } = await runKerasc(['check', path, '--target', 'browser']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('can be built for browser');
  });

  it('check names what is not supported, and fails', async () => {
    const { exitCode, stdout } = await runKerasc(['check', goldenModel('lambda_refused').path]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^layer "lambda" \(Lambda\):\n {2}.*never run/);
  });

  it('compare finds no difference beyond tolerance', async () => {
    const { exitCode, stdout } = await runKerasc(['compare', path, '--targets', 'reference,wasm']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('No operation is beyond tolerance.');
  });

  it('compare names the first operation that differs, and fails', async () => {
    const { exitCode, stdout } = await runKerasc(['compare', path, '--tolerance', '1e-12']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/first operation beyond tolerance: convolution -> float32\[1, 8, 8, 6\] in layer "conv2d"\n {2}differs by/);
  });

  it('bench prints what it measured, for people and for programs', async () => {
    const args = ['bench', path, '--target', 'wasm', '--seconds', '0.05'];
    expect((await runKerasc(args)).stdout).toMatch(/median +[\d.]+ ms\n {2}p95 [\s\S]*% of the measured peak of/);
    expect(JSON.parse((await runKerasc([...args, '--json'])).stdout)).toMatchObject({ target: 'wasm', threads: 1, batch: 1 });
  });
});
