// Builds benchmark models into bundles, before they are measured: `build-bundles.ts TARGET MODELS_DIR OUT_DIR NAME...`.
import { join } from 'node:path';
import { type BuildTarget, build } from '../compiler/index.ts';

const [target, models, outDir, ...names] = process.argv.slice(2);
if (!target || !models || !outDir || names.length === 0) {
  console.error('usage: node --import tsx bench/build-bundles.ts browser|node|native MODELS_DIR OUT_DIR NAME...');
  process.exit(2);
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

for (const name of names) {
  const report = await build(join(models, `${name}.keras`), {
    target: target as BuildTarget,
    outDir: join(outDir, name),
    batch: 1,
    overwrite: true,
  });
  const { code, weights, milliseconds, largestDifference, peakMemoryBytes } = report;
  console.log(
    `${name}: built in ${(milliseconds / 1000).toFixed(1)} s; code ${kilobytes(code.brotli)} compressed (${kilobytes(code.raw)}), ` +
      `weights ${kilobytes(weights.raw)}, memory ${kilobytes(peakMemoryBytes)}; differs from the reference by ${largestDifference}`,
  );
}
