// Doubles a photograph with a real model: built for the browser and for this machine, both verified and both run.
import { mkdir, rm } from 'node:fs/promises';
import { type BuildReport, build } from '../../compiler/index.ts';
import { printTable } from '../print-table.ts';
import { type Photograph, readPhotograph, toPhotograph, writePhotograph } from './photograph.ts';
import { runInBrowser } from './run-in-browser.ts';
import { type Run, runInNode } from './run-in-node.ts';

const MODEL = 'node_modules/@upscalerjs/default-model/models/model.json';
const PHOTOGRAPH = 'node_modules/@upscalerjs/default-model/assets/fixture.png';
const OUT = 'out';

interface Result extends Run {
  readonly report: BuildReport;
  readonly picture: Photograph;
}

async function main(): Promise<void> {
  const photograph = await readPhotograph(PHOTOGRAPH);
  console.log(`model       ${MODEL}\nphotograph  ${PHOTOGRAPH}, ${photograph.width} x ${photograph.height}\n`);
  await mkdir(OUT, { recursive: true });
  const results = [await buildAndRun('browser', photograph), await buildAndRun('native', photograph)].filter((result) => result !== null);
  await writePhotograph(`${OUT}/photograph.png`, photograph);
  for (const { picture } of results.slice(0, 1)) await writePhotograph(`${OUT}/photograph-doubled.png`, picture);
  printResults(results);
  printNextSteps();
}

/** null where this machine has no C++ compiler. */
async function buildAndRun(target: 'browser' | 'native', { width, height, pixels }: Photograph): Promise<Result | null> {
  const outDir = `${OUT}/${target}`;
  process.stdout.write(`building for ${target === 'native' ? 'this machine' : 'the browser'} ... `);
  try {
    await rm(outDir, { recursive: true, force: true });
    const report = await build(MODEL, { target, outDir, shapes: { LR: [1, height, width, 3] } });
    console.log(`${seconds(report.milliseconds)}, verified`);
    const inBrowser = target === 'browser' ? await runInBrowser(outDir, pixels) : null;
    const run = inBrowser ?? (await runInNode(outDir, target, pixels));
    return { ...run, report, picture: toPhotograph(run.values, width * 2, height * 2) };
  } catch (error) {
    if (!isWithoutCompiler(error)) throw error;
    console.log(`left out, WebAssembly goes on alone.\n${error.message}\n`);
    return null;
  }
}

const isWithoutCompiler = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'NativeError' && 'code' in error && error.code === 'no-compiler';

function printResults(results: readonly Result[]): void {
  const rows: Readonly<Record<string, (result: Result) => string>> = {
    '': ({ report }) => (report.target === 'browser' ? 'WebAssembly' : 'native'),
    'run by': ({ engine, variant }) => `${engine} (${variant})`,
    'largest difference to the reference': ({ report }) => report.largestDifference?.toExponential(1) ?? 'not verified',
    'build time': ({ report }) => seconds(report.milliseconds),
    code: ({ report }) => sizes(report.code),
    weights: ({ report }) => sizes(report.weights),
    'peak memory': ({ report }) => `${(report.peakMemoryBytes / 1e6).toFixed(1)} MB`,
    latency: ({ times }) => `${median(times.slice(1)).toFixed(1)} ms`,
    'first run': ({ times }) => `${(times[0] ?? 0).toFixed(1)} ms`,
  };
  console.log();
  printTable(Object.entries(rows).map(([name, cell]) => [name, ...results.map(cell)]));
  const [one, other] = results;
  if (one && other) console.log(`\nNo pixel of the two pictures differs by more than ${largestStep(one.picture, other.picture)} of 255.`);
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1e3).toFixed(1)} s`;
const kilobytes = (bytes: number): string => `${(bytes / 1e3).toFixed(1)} kB`;
const sizes = ({ raw, brotli }: BuildReport['code']): string => `${kilobytes(raw)} (brotli ${kilobytes(brotli)})`;
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

const largestStep = (one: Photograph, other: Photograph): number =>
  one.pixels.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (other.pixels[index] as number))), 0);

function printNextSteps(): void {
  console.log(`
${OUT}/photograph-doubled.png is the doubled picture, ${OUT}/photograph.png the original.
${OUT}/browser is ready for a web server: its index.html shows the model running.

The same for a model of your own, a .keras or .h5 file or a TensorFlow.js model.json:
  npx kerasc check my-model.keras
  npx kerasc build my-model.keras --target browser -o my-model
npx kerasc --help lists the rest; docs/guide has the pages to read.`);
}

await main();
