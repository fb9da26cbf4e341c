// The program that the README shows does what the README says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadModel } from '../../compiler/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';
import { temporaryFolder } from '../build/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = temporaryFolder();

it('builds, predicts, saves and compiles the model of the README', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const entry = join(root, 'compiler/index.ts');
  const lines = [
    program.replace("from 'kerasc'", `from ${JSON.stringify(entry)}`).replace('import { build', 'import { ops, build'),
    'console.log(values.shape.join());',
  ];
  const source = lines.join('\n').replace('model.summary();', 'const images = ops.ones([3, 28, 28, 1]);\nmodel.summary();');
  writeFileSync(join(folder, 'program.mts'), source);
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const { status, output } = await runProcess([process.execPath, '--import', tsx, 'program.mts'], { cwd: folder });
  expect(status, output).toBe(0);
  expect(output).toContain('Total params: 54,410');
  expect(output.trimEnd().endsWith('3,10')).toBe(true);
  const saved = await loadModel(join(folder, 'digits.keras'));
  expect(saved.countParams()).toBe(54_410);
  for (const file of ['index.js', 'index.d.ts', 'manifest.json', 'digits.relaxed.wasm'])
    expect(existsSync(join(folder, 'digits', file))).toBe(true);
});

it('links to pages that are there', () => {
  for (const page of [
    'README.md',
    'docs/architecture.md',
    'docs/guide/command-line.md',
    'docs/guide/bundles.md',
    'docs/guide/training.md',
    'docs/guide/errors.md',
  ]) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      expect(existsSync(join(root, page, '..', target)), `${page}: ${target}`).toBe(true);
    }
  }
});
