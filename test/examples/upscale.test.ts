// The main job of the README: a real model, built, verified and run on a real photograph.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { probeCompiler } from '../../targets/native/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { compiler } = await probeCompiler();

it('doubles the photograph on every target of this machine and says what it measured', async () => {
  const { status, output } = await runProcess([process.execPath, '--import', 'tsx', 'examples/upscale/main.ts'], { cwd: root });
  expect(status, output).toBe(0);
  const targets = compiler ? 2 : 1;
  const row = (name: string): string[] => (new RegExp(`^${name} {2,}(.*)$`, 'm').exec(output)?.[1] ?? '').split(/ {3,}/);
  expect(row('largest difference to the reference').map(Number)).toHaveLength(targets);
  for (const difference of row('largest difference to the reference')) expect(Number(difference)).toBeLessThan(1e-5);
  for (const name of ['build time', 'code', 'weights', 'peak memory', 'latency']) expect(row(name)).toHaveLength(targets);
  if (!compiler) expect(output).toContain('No C++ compiler found');
  const original = PNG.sync.read(readFileSync(`${root}out/photograph.png`));
  const doubled = PNG.sync.read(readFileSync(`${root}out/photograph-doubled.png`));
  expect([doubled.width, doubled.height]).toEqual([original.width * 2, original.height * 2]);
  expect(meanDifference(original, doubled)).toBeLessThan(10);
});

/** How far each pixel of the original is from the mean of the four that it became, of 255. */
function meanDifference(original: PNG, doubled: PNG): number {
  let sum = 0;
  for (let y = 0; y < original.height; y++) {
    for (let x = 0; x < original.width; x++) {
      for (let color = 0; color < 3; color++) {
        const at = (row: number, column: number): number => doubled.data[(row * doubled.width + column) * 4 + color] as number;
        const mean = (at(2 * y, 2 * x) + at(2 * y, 2 * x + 1) + at(2 * y + 1, 2 * x) + at(2 * y + 1, 2 * x + 1)) / 4;
        sum += Math.abs(mean - (original.data[(y * original.width + x) * 4 + color] as number));
      }
    }
  }
  return sum / (original.width * original.height * 3);
}
