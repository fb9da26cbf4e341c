import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as applications from '../../../compiler/keras/applications/index.ts';
import { Input } from '../../../compiler/keras/engine/index.ts';
import * as layers from '../../../compiler/keras/layers/index.ts';
import { loadModel, Model } from '../../../compiler/keras/models/index.ts';

const untyped = <T>(value: unknown): T => value as T;

/** The smallest of the applications. */
const SMALL = { inputShape: [32, 32, 3], alpha: 0.25, classes: 2 } as const;

const folder = mkdtempSync(join(tmpdir(), 'kerasc-'));
const file = join(folder, 'small.weights.h5');
const trained = applications.MobileNet({ ...SMALL, weights: null });
let server: Server;
let url = '';

beforeAll(async () => {
  await trained.saveWeights(file);
  server = createServer((request, response) => {
    if (request.url === '/small.weights.h5') response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('weights', () => {
  const last = (model: Model): unknown => model.weights.at(-2)?.value.data;

  it('come from a file', async () => {
    const model = await applications.MobileNet({ ...SMALL, weights: file });
    expect(last(model)).toEqual(last(trained));
  });

  it('come from a URL whose hash is right, MD5 or SHA-256', async () => {
    for (const algorithm of ['md5', 'sha256']) {
      const hash = createHash(algorithm).update(readFileSync(file)).digest('hex');
      const model = await applications.MobileNet({ ...SMALL, weights: { url: `${url}/small.weights.h5`, hash } });
      expect(last(model)).toEqual(last(trained));
    }
  });

  it('are refused where the hash is wrong or nothing is found', async () => {
    const wrong = { url: `${url}/small.weights.h5`, hash: '0'.repeat(32) };
    await expect(applications.MobileNet({ ...SMALL, weights: wrong })).rejects.toThrow('Incomplete or corrupted file detected');
    const missing = { url: `${url}/nothing.h5`, hash: '0'.repeat(32) };
    await expect(applications.MobileNet({ ...SMALL, weights: missing })).rejects.toThrow('could not be downloaded: 404');
  });

  it('that are not there are refused, with the way to them', () => {
    expect(() => applications.MobileNetV2(untyped({}))).toThrow('Pass weights: null for fresh ones');
    expect(() => applications.VGG16(untyped(undefined))).toThrow('Pass weights: null for fresh ones');
    expect(() => applications.VGG16({ weights: 'nope' })).toThrow(
      "The `weights` argument should be either `None` (random initialization), 'imagenet'",
    );
    expect(() => applications.VGG16({ weights: 'imagenet', classes: 3 })).toThrow('`classes` should be 1000.  Received classes=3');
    expect(() => applications.MobileNet({ ...SMALL, weights: file, classifierActivation: 'relu' })).toThrow(
      'Only `None` and `softmax` activations are allowed',
    );
  });
});

describe('input shapes', () => {
  it('that are too small are refused', () => {
    expect(() => applications.Xception({ weights: null, inputShape: [32, 32, 3] })).toThrow(
      'Input size must be at least 71x71; Received: input_shape=(32, 32, 3)',
    );
    expect(() => applications.MobileNetV3Small({ weights: null, inputShape: [16, 64, 3] })).toThrow('Input size must be at least 32x32');
  });

  it('that are open are refused below a top, and taken without one', () => {
    const inputShape = [null, null, 3] as const;
    expect(() => applications.VGG19({ weights: null, inputShape })).toThrow('you should specify a static `input_shape`');
    expect(applications.VGG19({ weights: null, inputShape, includeTop: false }).outputs[0]?.shape).toEqual([null, null, null, 512]);
  });
});

describe('transfer learning', () => {
  it('builds on a tensor of another graph, from that graph’s inputs', () => {
    const image = Input({ shape: [40, 40, 1] });
    const colored = new layers.Concatenate()([image, image, image]);
    const model = applications.MobileNet({ weights: null, inputTensor: colored, alpha: 0.25, includeTop: false, pooling: 'avg' });
    expect(model.inputs[0]).toBe(image);
    expect(model.outputs[0]?.shape).toEqual([null, 256]);
  });

  it('trains the new head alone', () => {
    const base = applications.MobileNet({ weights: null, inputShape: [32, 32, 3], alpha: 0.25, includeTop: false });
    base.trainable = false;
    const input = Input({ shape: [32, 32, 3] });
    const x = base(input, { training: false });
    const output = new layers.Dense(1)(new layers.GlobalAveragePooling2D()(x));
    const model = new Model({ inputs: input, outputs: output });
    expect(model.trainableWeights.map(({ shape }) => shape)).toEqual([[256, 1], [1]]);
  });

  it('keeps the layers that an application brings along, through a file', async () => {
    const model = applications.ConvNeXtTiny({ weights: null, inputShape: [32, 32, 3], classes: 2 });
    const path = join(folder, 'convnext.keras');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(loaded.layers.map(({ className }) => className)).toEqual(model.layers.map(({ className }) => className));
    expect(loaded.countParams()).toBe(model.countParams());
  });
});
