import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { export as exporting, Input, type KerasTensor, layers, Model, Sequential } from '../../compiler/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerasc-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a bundle for each endpoint', async () => {
  const input = Input({ shape: [4], name: 'x' });
  const hidden = new layers.Dense(3, { name: 'hidden' })(input);
  const model = new Model({ inputs: input, outputs: new layers.Dense(2)(hidden) });
  const archive = new exporting.ExportArchive();
  archive.trackAndAddEndpoint('serve', model);
  archive.trackAndAddEndpoint('embed', new Model({ inputs: input, outputs: model.getLayer('hidden').output as KerasTensor }), { batch: 2 });
  const reports = await archive.writeOut(folder, { target: 'browser' });
  expect(Object.keys(reports)).toEqual(['serve', 'embed']);
  for (const name of ['serve', 'embed']) expect(existsSync(join(folder, name, 'manifest.json')), name).toBe(true);
});

it('refuses what cannot be an endpoint', async () => {
  const archive = new exporting.ExportArchive();
  await expect(archive.writeOut(folder, { target: 'browser' })).rejects.toThrow('No endpoints have been set yet');
  expect(() => archive.track(new Sequential([new layers.Dense(1)]))).toThrow('has not yet been built');
  const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
  expect(() => archive.addEndpoint('a', model)).toThrow('is not tracked');
  archive.trackAndAddEndpoint('a', model);
  expect(() => archive.addEndpoint('a', model)).toThrow('already taken');
  expect(() => archive.addEndpoint('../a', model)).toThrow('becomes that of a folder');
});
