// `npm run bench`: what kerasc makes of known models on this machine: time to build, bytes, memory, latency. No peers: see README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { applications, type BuildReport, type BuildTarget, build, Input, layers, type Model, Sequential } from '../compiler/index.ts';

const MODELS: Readonly<Record<string, () => Model>> = {
  digits: () =>
    new Sequential([
      Input({ shape: [28, 28, 1] }),
      new layers.Conv2D(32, 3, { activation: 'relu' }),
      new layers.MaxPooling2D(),
      new layers.Conv2D(64, 3, { activation: 'relu' }),
      new layers.MaxPooling2D(),
      new layers.Flatten(),
      new layers.Dense(10, { activation: 'softmax' }),
    ]),
  mobilenet_v2: () => applications.MobileNetV2({ weights: null }),
  resnet50: () => applications.ResNet50({ weights: null }),
};

/** Runs that are not counted: engines compile code that runs often once more. */
const WARM_UP_MS = 500;
const MEASURED_MS = 2000;

interface Row {
  readonly model: string;
  readonly target: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly report: BuildReport;
}

async function measure(name: string, target: BuildTarget, folder: string): Promise<Row> {
  const outDir = join(folder, `${name}-${target}`);
  const report = await build((MODELS[name] as () => Model)(), { target, outDir, batch: 1 });
  const { load } = await import(pathToFileURL(join(outDir, 'index.js')).href);
  const model = await load();
  const inputs = Object.fromEntries(
    model.inputs.map(({ name: input, shape }: { name: string; shape: number[] }) => [
      input,
      new Float32Array(shape.reduce((product, dim) => product * (dim ?? 1), 1)).fill(0.5),
    ]),
  );
  timesOf(() => model.predict(inputs), WARM_UP_MS);
  const times = timesOf(() => model.predict(inputs), MEASURED_MS).sort((a, b) => a - b);
  model.dispose();
  return { model: name, target, medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95), report };
}

function timesOf(step: () => void, milliseconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const before = performance.now();
    step();
    times.push(performance.now() - before);
  }
  return times;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;

const formatRow = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index < 2 ? cell.padEnd(14) : cell.padStart(13))).join('');

function describe({ model, target, medianMs, p95Ms, report }: Row): string {
  const { code, weights, milliseconds, peakMemoryBytes, largestDifference } = report;
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  return formatRow([
    model,
    target,
    `${medianMs.toFixed(3)} ms`,
    `${p95Ms.toFixed(3)} ms`,
    `${(milliseconds / 1000).toFixed(1)} s`,
    kilobytes(code.brotli),
    kilobytes(weights.raw),
    kilobytes(peakMemoryBytes),
    largestDifference === null ? '-' : largestDifference.toExponential(1),
  ]);
}

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(MODELS).join(',') },
    targets: { type: 'string', default: 'node,native' },
    json: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'kerasc-bench-'));
const rows: Row[] = [];
try {
  if (!values.json)
    console.log(formatRow(['model', 'target', 'median', 'p95', 'build', 'code, brotli', 'weights', 'memory', 'difference']));
  for (const name of values.models.split(',')) {
    for (const target of values.targets.split(',')) {
      const row = await measure(name, target as BuildTarget, folder);
      rows.push(row);
      if (!values.json) console.log(describe(row));
    }
  }
  if (values.json) console.log(JSON.stringify(rows, null, 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
