// From a compiled model to a bundle that trains, and back: by commands alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { Input, layers, loadModel, Sequential } from '../../compiler/index.ts';
import { temporaryFolder } from '../build/temporary-folder.ts';
import { randomFloats } from '../ir/random-values.ts';
import { runKerasc } from './run-kerasc.ts';

const folder = temporaryFolder();

it('builds a bundle that trains, and puts what it saved into a .keras file', async () => {
  const model = new Sequential([Input({ shape: [4] }), new layers.Dense(3, { name: 'only' })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  await model.save(join(folder, 'model.keras'));
  const built = await runKerasc(['build', 'model.keras', '--train', '--train-batch', '4', '--target', 'node', '-o', 'bundle'], {
    cwd: folder,
  });
  expect(built.stderr).toBe('');
  expect(built.stdout).toMatch(/verified +largest difference to the reference/);
  const bundle = await (await import(pathToFileURL(join(folder, 'bundle/index.js')).href)).load();
  await bundle.fit({ x: randomFloats(40, 1), y: randomFloats(30, 2) }, { epochs: 2 });
  writeFileSync(join(folder, 'trained.safetensors'), bundle.save());
  const applied = await runKerasc(['weights', 'model.keras', 'trained.safetensors', '-o', 'trained.keras'], { cwd: folder });
  expect(applied.stderr).toBe('');
  expect(applied.stdout).toMatch(/^Wrote trained\.keras: 2 variables of "sequential.*" and \d+ of its optimizer\n$/);
  const trained = await loadModel(join(folder, 'trained.keras'));
  expect(trained.weights[0]?.value.data).toEqual(
    bundle.getWeights()['only/kernel'] ?? bundle.getWeights()[trained.weights[0]?.path as string],
  );
});

it('says what is missing', async () => {
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1)]);
  await model.save(join(folder, 'bare.keras'));
  const { exitCode, stderr } = await runKerasc(['build', 'bare.keras', '--train', '--target', 'node', '-o', 'none'], { cwd: folder });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('is not compiled, so that nothing says how it is trained');
  expect(stderr).toContain('model.compile(');
});
