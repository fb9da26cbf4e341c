// Trains a network on real handwritten digits, then builds it for the browser, where it can go on training, and as a C++ library.
//   node --import tsx examples/digits/main.ts [DIGITS] [EPOCHS]
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildReport, build, ops, type Sequential, tensorOf, utils } from '../../compiler/index.ts';
import { printTable } from '../print-table.ts';
import { crossCompile } from './cross-compile.ts';
import { digitsModel } from './digits-model.ts';
import { type Digits, firstOf, readDigits } from './read-digits.ts';
import { type BrowserTrial, tryInBrowser } from './try-in-browser.ts';

const OUT = 'out/digits';
const [COUNT = 60_000, EPOCHS = 5] = process.argv.slice(2).map(Number);
/** Digits of the training set that the page carries, so that what one draws does not make it forget the rest. */
const CARRIED = 512;
/** Digits that the page is tried on. */
const TRIED = 1000;

async function main(): Promise<void> {
  utils.setRandomSeed(1);
  const { train, test } = await readDigits();
  const model = digitsModel();
  model.summary();
  const accuracy = await trainModel(model, train, test);
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await model.save(`${OUT}/digits.keras`);
  const browser = await build(model, { target: 'browser', outDir: `${OUT}/page/model`, train: true });
  await writePage(train);
  const trial = await tryInBrowser(`${OUT}/page`, test.images.subarray(0, TRIED * 784), test.labels.subarray(0, TRIED));
  const library = await build(model, { target: 'c', outDir: `${OUT}/c` });
  printResults(accuracy, browser, trial, library);
  await printRaspberryPi(model, test);
  printNextSteps();
}

/** The share of the test digits that it reads right. */
async function trainModel(model: Sequential, train: Digits, test: Digits): Promise<number> {
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
  await model.fit(firstOf(train, COUNT), tensorOf('int32', [COUNT], train.labels.slice(0, COUNT)), { epochs: EPOCHS, batchSize: 128 });
  const { accuracy } = await model.evaluate(test.x, test.y, { batchSize: 128, returnDict: true });
  return accuracy as number;
}

/** The page of this example beside the bundle, with digits to train on. */
async function writePage({ images, labels }: Digits): Promise<void> {
  const source = fileURLToPath(new URL('page/', import.meta.url));
  for (const name of await readdir(source)) await copyFile(`${source}${name}`, `${OUT}/page/${name}`);
  const samples = new Uint8Array(CARRIED * 785);
  for (let sample = 0; sample < CARRIED; sample++) {
    samples[sample * 785] = labels[sample] as number;
    for (let pixel = 0; pixel < 784; pixel++)
      samples[sample * 785 + 1 + pixel] = Math.round((images[sample * 784 + pixel] as number) * 255);
  }
  await writeFile(`${OUT}/page/samples.bin`, samples);
}

function printResults(accuracy: number, browser: BuildReport, trial: BrowserTrial | null, library: BuildReport): void {
  const none = 'no Chromium here';
  console.log();
  printTable([
    ['', 'browser (can be trained)', 'C++ library'],
    ['largest difference to the reference', difference(browser), difference(library)],
    ['code', sizes(browser.code), sizes(library.code)],
    ['weights', sizes(browser.weights), sizes(library.weights)],
    ['memory', megabytes(browser.peakMemoryBytes), megabytes(library.peakMemoryBytes)],
    ['build time', seconds(browser.milliseconds), seconds(library.milliseconds)],
    ['one digit', trial ? `${trial.predictMs.toFixed(2)} ms (${trial.engine})` : none, ''],
    ['training step', trial ? `${trial.trainStepMs.toFixed(1)} ms` : none, ''],
    [`right of ${TRIED} test digits`, trial ? percent(trial.accuracy) : none, ''],
  ]);
  console.log(`\nright of all 10,000 test digits, after ${EPOCHS} epochs: ${percent(accuracy)}`);
}

async function printRaspberryPi(model: Sequential, test: Digits): Promise<void> {
  const image = test.images.slice(0, 784);
  const compiled = await crossCompile(`${OUT}/c`, image);
  if (!compiled) {
    console.log(
      'Raspberry Pi: no cross compiler here (Debian: g++-aarch64-linux-gnu); the sources in out/digits/c compile there as they are.',
    );
    return;
  }
  const expected = ops.convertToTensor(model.predict(firstOf(test, 1)) as ops.TensorLike).data as Float32Array;
  const furthest = compiled.scores && Math.max(...compiled.scores.map((score, digit) => Math.abs(score - (expected[digit] as number))));
  const checked = furthest === null ? 'not run: no emulator here' : `run in an emulator, its scores differ by ${furthest.toExponential(1)}`;
  console.log(`Raspberry Pi: ${compiled.program} (${checked})`);
}

const difference = ({ largestDifference }: BuildReport): string => largestDifference?.toExponential(1) ?? 'not verified';
const seconds = (milliseconds: number): string => `${(milliseconds / 1e3).toFixed(1)} s`;
const kilobytes = (bytes: number): string => `${(bytes / 1e3).toFixed(1)} kB`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const sizes = ({ raw, brotli }: BuildReport['code']): string => `${kilobytes(raw)} (brotli ${kilobytes(brotli)})`;
const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

function printNextSteps(): void {
  console.log(`
npm run page     serves ${OUT}/page/index.html: draw a digit there, and correct the model where it is wrong
${OUT}/c         C++ sources without dependencies, with a CMakeLists.txt and an example program
${OUT}/digits.keras opens in Keras`);
}

await main();
