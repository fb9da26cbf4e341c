// Predicting: any number of samples, views that are reused, constant memory, and clear words about wrong inputs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../runtime/index.ts';
import { load } from '../../runtime/node.ts';
import type { BundleContents } from '../../targets/bundle/index.ts';
import { makeManifest } from '../../targets/bundle/index.ts';
import { enableRelaxedSimd } from '../../targets/node/relaxed-simd.ts';
import { BATCH, CLASSES, expectedScores, FEATURES, sample, sampleContents } from './sample-bundle.ts';

async function loadContents(contents: BundleContents): Promise<Model> {
  const { manifest, files } = makeManifest(contents, 'node');
  return load(
    { ...Object.fromEntries(files), 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) },
    { onWarning: () => {} },
  );
}

let model: Model;
beforeAll(async () => {
  enableRelaxedSimd();
  model = await loadContents(sampleContents());
});
afterAll(() => model.dispose());

const tolerance = (FEATURES + 1) * FEATURES * 2 ** -24;

function expectClose(found: ArrayLike<number | bigint> | undefined, expected: readonly number[]): void {
  expect(found?.length).toBe(expected.length);
  expected.forEach((value, position) => expect(Math.abs(Number(found?.[position]) - value)).toBeLessThan(tolerance));
}

describe('predict', () => {
  it.each([1, 3, BATCH, BATCH + 1, 2 * BATCH, 3 * BATCH + 2])('takes %i samples', (samples) => {
    const image = sample(samples * FEATURES, samples);
    const { scores, first } = model.predict({ image });
    const expected = expectedScores(image);
    expectClose(scores, expected);
    expectClose(
      first,
      expected.filter((_, position) => position % CLASSES === 0),
    );
  });

  it('gives a sample the same scores wherever it stands', () => {
    const image = sample(7 * FEATURES, 5);
    const { scores } = model.predict({ image }, { copy: true });
    for (let row = 0; row < 7; row++) {
      const alone = model.predict({ image: image.subarray(row * FEATURES, (row + 1) * FEATURES) }).scores;
      expect(alone).toEqual(scores?.subarray(row * CLASSES, (row + 1) * CLASSES));
    }
  });

  it('gives the same arrays again, overwritten, and own arrays when asked to copy', () => {
    for (const samples of [2, 9]) {
      const before = model.predict({ image: sample(samples * FEATURES, 1) });
      const copy = model.predict({ image: sample(samples * FEATURES, 1) }, { copy: true });
      const after = model.predict({ image: sample(samples * FEATURES, 2) });
      expect(after).toBe(before);
      expect(after.scores).toBe(before.scores);
      expect(copy.scores).not.toEqual(after.scores);
    }
  });

  it('takes arrays that begin in the middle of a buffer, and does not change them', () => {
    const all = sample(10 + FEATURES, 8);
    const image = all.subarray(10);
    const kept = all.slice();
    expectClose(model.predict({ image }).scores, expectedScores(image));
    expect(all).toEqual(kept);
  });

  it('keeps memory constant over 10,000 predictions', () => {
    const one = { image: sample(FEATURES, 1) };
    const many = { image: sample(BATCH * 2 * FEATURES, 1) };
    const predict = (count: number): void => {
      for (let call = 0; call < count; call++) model.predict(call % 1000 === 0 ? many : one);
    };
    predict(2000);
    const before = process.memoryUsage();
    predict(10_000);
    const after = process.memoryUsage();
    expect(model.memoryBytes).toBe(65_536);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(65_536);
    // What the collector has not yet seen of 10,000 calls: below a kilobyte each would already show as 10 MB.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(4 * 2 ** 20);
  });
});

describe('a wrong input', () => {
  const image = sample(FEATURES, 1);
  it.each([
    ['name', { image, picture: image }, 'model "digits" has no input "picture". Its inputs: "image".'],
    ['that is missing', {}, 'input "image" is missing: Float32Array of shape [batch, 10], 10 elements a sample (float32).'],
    ['that is undefined', undefined, 'input "image" is missing'],
    [
      'of another dtype',
      { image: new Float64Array(FEATURES) },
      'input "image" is Float64Array, expected Float32Array of shape [batch, 10]',
    ],
    ['that is a plain array', { image: [1, 2] }, 'input "image" is Array, expected Float32Array'],
    ['that is a number', { image: 5 }, 'input "image" is 5, expected Float32Array'],
    [
      'of a broken length',
      { image: new Float32Array(15) },
      'input "image" has 15 elements, expected Float32Array of shape [batch, 10], 10 elements a sample',
    ],
    ['without samples', { image: new Float32Array(0) }, 'input "image" has 0 elements, expected'],
    ['with control characters', { '\u001b[2J\u202e': image }, 'has no input "\\u001b[2J?"'],
  ])('%s is explained', (_, inputs, message) => {
    expect(() => model.predict(inputs as unknown as { image: Float32Array })).toThrow(message);
  });
});

describe('models', () => {
  it('with fixed shapes take exactly those', async () => {
    const fixed = sampleContents({
      batch: null,
      inputs: [{ name: 'image', dtype: 'float32', shape: [BATCH, FEATURES] }],
      outputs: [
        { name: 'scores', dtype: 'float32', shape: [BATCH, CLASSES] },
        { name: 'first', dtype: 'float32', shape: [BATCH] },
      ],
    });
    using four = await loadContents(fixed);
    const image = sample(BATCH * FEATURES, 4);
    expectClose(four.predict({ image }).scores, expectedScores(image));
    expect(() => four.predict({ image: image.subarray(FEATURES) })).toThrow(
      'input "image" has 30 elements, expected Float32Array of shape [4, 10], 40 elements (float32)',
    );
  });

  it('with integer inputs take canvas pixels as bytes', async () => {
    const bytes = sampleContents({ inputs: [{ name: 'image', dtype: 'uint8', shape: [null, FEATURES * 4] }] });
    using picture = await loadContents(bytes);
    expect(() => picture.predict({ image: new Uint8ClampedArray(FEATURES * 4) as unknown as Uint8Array })).not.toThrow();
    expect(() => picture.predict({ image: new Int8Array(FEATURES * 4) })).toThrow('is Int8Array, expected Uint8Array');
  });

  it('say so when they are used after their end', async () => {
    const gone = await loadContents(sampleContents());
    gone.dispose();
    expect(gone.memoryBytes).toBe(0);
    expect(() => gone.predict({ image: new Float32Array(FEATURES) })).toThrow('model "digits" was disposed of. Load it again to predict.');
  });
});
