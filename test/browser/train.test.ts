// A trainable bundle in a worker of a real browser learns what it learns in Node, to the bit.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, Input, layers, Sequential } from '../../compiler/index.ts';
import { load } from '../../runtime/node-train.ts';
import { randomFloats } from '../ir/random-values.ts';
import { openBrowser } from './open-browser.ts';
import { type StaticServer, serveFolder } from './serve.ts';

const opened = await openBrowser();
const browser = typeof opened === 'string' ? undefined : opened;
const SAMPLES = 20;
const x = [...randomFloats(SAMPLES * 36, 4)];
const y = Array.from({ length: SAMPLES }, (_, sample) => sample % 3);

/** Trains, and posts the bytes of the file that it would save. */
const WORKER = `import { load } from './index.js';
onmessage = async ({ data: { x, y, variant } }) => {
  const model = await load({ variant });
  const { history } = await model.fit({ x: Float32Array.from(x), y: Int32Array.from(y) }, { epochs: 3, seed: 5 });
  postMessage({ losses: history.loss, file: Array.from(model.save()) });
};
`;

describe.skipIf(!browser)(`training in Chromium${typeof opened === 'string' ? ` (skipped: ${opened})` : ''}`, () => {
  let folder = '';
  let server: StaticServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'browser-'));
    const model = new Sequential([
      Input({ shape: [6, 6, 1] }),
      new layers.Conv2D(4, 3, { activation: 'relu' }),
      new layers.Flatten(),
      new layers.Dropout(0.2, { seed: 1 }),
      new layers.Dense(3, { activation: 'softmax' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
    await build(model, { target: 'browser', outDir: join(folder, 'digits'), train: { batchSize: 8 } });
    await writeFile(join(folder, 'digits', 'worker.js'), WORKER);
    server = await serveFolder(folder);
  });
  afterAll(async () => {
    await (browser as Browser).close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['simd', 'relaxed'])('variant %s ends with the weights that Node gets', async (variant) => {
    const page = await (browser as Browser).newPage();
    await page.goto(`${server.url}/digits/`);
    const found = (await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('./worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(${JSON.stringify({ x, y, variant })});
    })`)) as { losses: number[]; file: number[] };
    await page.close();
    using model = await load(join(folder, 'digits'), { variant });
    const { history } = await model.fit({ x: Float32Array.from(x), y: Int32Array.from(y) }, { epochs: 3, seed: 5 });
    expect(found.losses).toEqual(history['loss']);
    expect(Uint8Array.from(found.file)).toEqual(model.save());
  });
});
