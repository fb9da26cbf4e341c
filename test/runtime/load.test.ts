// Loading bundles in Node: from folders, from a server and from memory; and everything that may be wrong with them.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchFile } from '../../runtime/files.ts';
import type { Manifest } from '../../runtime/index.ts';
import { type LoadOptions, load } from '../../runtime/node.ts';
import { writeBundle } from '../../targets/bundle/index.ts';
import { nodeBundle } from '../../targets/node/node-bundle.ts';
import { enableRelaxedSimd } from '../../targets/node/relaxed-simd.ts';
import { serveFolder } from '../browser/serve.ts';
import { CLASSES, expectedScores, FEATURES, sample, sampleContents } from './sample-bundle.ts';

const quiet: LoadOptions = { onWarning: () => {} };
const files: Record<string, Uint8Array> = {};
let folder = '';

beforeAll(async () => {
  enableRelaxedSimd();
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  const bundle = await nodeBundle(sampleContents());
  await writeBundle(join(folder, 'digits'), bundle);
  for (const [name, content] of bundle) files[name] = typeof content === 'string' ? new TextEncoder().encode(content) : content;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const image = sample(3 * FEATURES, 1);

/** Products of numbers below 1 in float32, FEATURES + 1 additions. */
const tolerance = (FEATURES + 1) * FEATURES * 2 ** -24;

function expectScores(found: ArrayLike<number | bigint> | undefined): void {
  const expected = expectedScores(image);
  expect(found?.length).toBe(expected.length);
  expected.forEach((value, position) => expect(Math.abs(Number(found?.[position]) - value)).toBeLessThan(tolerance));
}

describe('a bundle is loaded', () => {
  it('from a folder, by path and by URL, with and without manifest.json', async () => {
    const path = join(folder, 'digits');
    for (const source of [path, `${path}/`, pathToFileURL(path), `${path}/manifest.json`]) {
      using model = await load(source, quiet);
      expectScores(model.predict({ image }).scores);
      expect(model.memoryBytes).toBe(65_536);
    }
  });

  it('from a server, reporting progress up to the total', async () => {
    const server = await serveFolder(folder);
    try {
      const seen: { loaded: number; total: number }[] = [];
      using model = await load(`${server.url}/digits?v=3`, { ...quiet, onProgress: (progress) => seen.push(progress) });
      expectScores(model.predict({ image }).scores);
      expect(seen.at(-1)?.loaded).toBe(seen[0]?.total);
      expect(seen.at(-1)?.loaded).toBe((files['weights.safetensors']?.length ?? 0) + (files[`digits.${model.variant}.wasm`]?.length ?? 0));
      await expect(load(`${server.url}/other/`, quiet)).rejects.toThrow(/other\/manifest\.json": the server answered 404/);
    } finally {
      await server.close();
    }
    await expect(load(server.url, quiet)).rejects.toThrow('the server was not reached');
  });

  it('from memory', async () => {
    using model = await load(files, quiet);
    expectScores(model.predict({ image }).scores);
    expect(model.inputs).toEqual([{ name: 'image', dtype: 'float32', shape: [null, FEATURES] }]);
  });

  it('through the index.js of the bundle', async () => {
    const bundle = await import(pathToFileURL(join(folder, 'digits', 'index.js')).href);
    using model = await bundle.load(quiet);
    expectScores(model.predict({ image }).scores);
  });

  it('in the variant that was asked for', async () => {
    for (const variant of ['simd', 'relaxed']) {
      using model = await load(files, { ...quiet, variant });
      expect(model.variant).toBe(variant);
      expectScores(model.predict({ image }).scores);
    }
    await expect(load(files, { variant: 'avx' })).rejects.toThrow('"digits" has no variant "avx". Its variants: "relaxed", "simd".');
  });

  it('in the best variant the engine supports, with one warning if that is not the first', async () => {
    const warnings: string[] = [];
    using model = await load(
      edited((manifest) => {
        (manifest.variants[0] as unknown as { features: string[] }).features = ['simd', 'future-simd'];
      }),
      { onWarning: (message) => warnings.push(message) },
    );
    expect(model.variant).toBe('simd');
    expect(warnings).toEqual([
      'digits: this engine has no WebAssembly future-simd; the slower variant "simd" runs. A newer engine runs "relaxed".',
    ]);
  });
});

type Editable = { -readonly [Key in keyof Manifest]: Manifest[Key] };

function edited(change: (manifest: Editable) => void): Record<string, Uint8Array> {
  const manifest = JSON.parse(new TextDecoder().decode(files['manifest.json']));
  change(manifest);
  return { ...files, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) };
}

function memoryOf(manifest: Editable): Record<string, unknown> {
  return manifest.variants[0]?.memory as unknown as Record<string, unknown>;
}

describe('a bundle is refused', () => {
  const text = (value: string): Record<string, Uint8Array> => ({ ...files, 'manifest.json': new TextEncoder().encode(value) });

  it.each([
    ['that has no manifest', { a: new Uint8Array() }, "the bundle's file manifest.json was not given"],
    ['whose manifest is HTML', text('<!doctype html>'), 'manifest.json is not JSON'],
    ['whose manifest is of something else', text('{"format":"zip"}'), 'not the manifest of a kerasc bundle'],
    ['whose manifest is null', text('null'), 'not the manifest of a kerasc bundle'],
    ['whose manifest is empty', text('{"format":"kerasc-bundle","version":1}'), 'manifest.json is damaged'],
    ['of a later format', text('{"format":"kerasc-bundle","version":2}'), 'format version 2 and this runtime reads version 1'],
  ])('%s', async (_, source, message) => {
    await expect(load(source as Record<string, Uint8Array>, quiet)).rejects.toThrow(message);
  });

  const damages: readonly [string, (manifest: Editable) => void, string][] = [
    [
      'with an unknown dtype',
      (manifest) => {
        manifest.inputs = [{ name: 'x', dtype: '__proto__' as 'int8', shape: [1] }];
      },
      'tensor "x" has no known dtype',
    ],
    [
      'with a negative size',
      (manifest) => {
        manifest.inputs = [{ name: 'x', dtype: 'int8', shape: [-1] }];
      },
      'tensor "x" has no shape',
    ],
    [
      'with a batch of its own',
      (manifest) => {
        manifest.batch = null;
      },
      'tensor "image" has no shape',
    ],
    [
      'with another batch',
      (manifest) => {
        manifest.batch = 400_000;
      },
      'no room for tensor "image"',
    ],
    [
      'with no batch size',
      (manifest) => {
        manifest.batch = 0;
      },
      'the batch is not a number',
    ],
    [
      'that asks for more memory than there is',
      (manifest) => {
        memoryOf(manifest).bytes = 2 ** 40;
      },
      'variant "relaxed" has no size of memory',
    ],
    [
      'that asks for part of a page',
      (manifest) => {
        memoryOf(manifest).bytes = 65_537;
      },
      'variant "relaxed" has no size of memory',
    ],
    [
      'with weights outside of memory',
      (manifest) => {
        memoryOf(manifest).weights = { offset: 65_528, bytes: 64 };
      },
      'weights outside of its memory',
    ],
    [
      'with an input outside of memory',
      (manifest) => {
        memoryOf(manifest).inputs = [{ offset: 2 ** 53, bytes: 160 }];
      },
      'no room for tensor "image"',
    ],
    [
      'with regions missing',
      (manifest) => {
        memoryOf(manifest).outputs = [];
      },
      'has 0 regions for 2 tensors',
    ],
    [
      'with files elsewhere',
      (manifest) => {
        (manifest.variants[0] as { code: string }).code = '../../secret.wasm';
      },
      'names files that the bundle does not have',
    ],
    [
      'with files not listed',
      (manifest) => {
        (manifest.variants[0] as { code: string }).code = 'constructor';
      },
      'names files that the bundle does not have',
    ],
    [
      'without variants',
      (manifest) => {
        manifest.variants = [];
      },
      'cannot run "digits"',
    ],
  ];
  it.each(damages)('%s', async (_, change, message) => {
    await expect(load(edited(change), quiet)).rejects.toThrow(message);
  });

  it('whose files are cut off, changed or exchanged', async () => {
    const weights = files['weights.safetensors'] as Uint8Array;
    await expect(load({ ...files, 'weights.safetensors': weights.subarray(0, 100) }, quiet)).rejects.toThrow(
      `weights.safetensors has 100 bytes, expected ${weights.length}`,
    );
    const changed = weights.slice();
    changed[200] = 77;
    await expect(load({ ...files, 'weights.safetensors': changed }, quiet)).rejects.toThrow(
      'weights.safetensors is not the file that was built (its SHA-256 differs)',
    );
  });

  it('whose weights are no safetensors file', async () => {
    const header = (edit: (view: DataView, bytes: Uint8Array) => void): Record<string, Uint8Array> => {
      const bytes = (files['weights.safetensors'] as Uint8Array).slice();
      edit(new DataView(bytes.buffer), bytes);
      const digest = createHash('sha256').update(bytes).digest('hex');
      return {
        ...edited((manifest) => {
          manifest.files = { ...manifest.files, 'weights.safetensors': { bytes: bytes.length, sha256: digest } };
        }),
        'weights.safetensors': bytes,
      };
    };
    await expect(
      load(
        header((view) => view.setBigUint64(0, 2n ** 63n, true)),
        quiet,
      ),
    ).rejects.toThrow('its header is cut off');
    await expect(
      load(
        header((view) => view.setBigUint64(0, 64n, true)),
        quiet,
      ),
    ).rejects.toThrow('bytes of weights and the program needs');
    await expect(
      load(
        header((_, bytes) => {
          bytes[8] = 0;
        }),
        quiet,
      ),
    ).rejects.toThrow('its header is not JSON');
    await expect(
      load(
        header((_, bytes) => {
          bytes.set(new TextEncoder().encode('{"a":{"data_offsets":[0,9999999]}}'.padEnd(128)), 8);
        }),
        quiet,
      ),
    ).rejects.toThrow('a tensor lies outside of it');
  });

  it('whose code is not WebAssembly, or not a program of ours', async () => {
    const withCode = (code: Uint8Array): Record<string, Uint8Array> => {
      const sha256 = createHash('sha256').update(code).digest('hex');
      return {
        ...edited((manifest) => {
          manifest.files = { ...manifest.files, 'digits.simd.wasm': { bytes: code.length, sha256 } };
        }),
        'digits.simd.wasm': code,
      };
    };
    const simd = { ...quiet, variant: 'simd' };
    await expect(load(withCode(new Uint8Array([1, 2, 3, 4])), simd)).rejects.toThrow(
      /digits\.simd\.wasm could not be compiled.*wasm-unsafe-eval/,
    );
    await expect(load(withCode(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])), simd)).rejects.toThrow(
      'digits.simd.wasm is not a program of kerasc',
    );
  });

  it('that is not there', async () => {
    await expect(load(join(folder, 'nothing'), quiet)).rejects.toThrow(/there is no file ".*nothing\/manifest\.json"/);
  });
});

describe('files from a server', () => {
  it('arrive whole when their length is not announced, and no further than the limit', async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, position) => position * 7);
    await writeFile(join(folder, 'large.bin'), content);
    const server = await serveFolder(folder);
    try {
      const url = new URL(`${server.url}/large.bin`);
      let heard = 0;
      const onBytes = (bytes: number): void => {
        heard += bytes;
      };
      expect(await fetchFile(url, onBytes, 300_000)).toEqual(content);
      expect(heard).toBe(300_000);
      await expect(fetchFile(url, () => {}, 299_999)).rejects.toThrow('large.bin" is longer than the 299999 bytes it should have');
    } finally {
      await server.close();
    }
  });
});

describe('progress', () => {
  it('counts files in memory too', async () => {
    let last = { loaded: 0, total: 0 };
    using model = await load(files, {
      ...quiet,
      onProgress: (progress) => {
        last = progress;
      },
    });
    expect(last.loaded).toBe(last.total);
    expect(model.outputs.map(({ name }) => name)).toEqual(['scores', 'first']);
    expect(model.predict({ image }).first?.length).toBe(expectedScores(image).length / CLASSES);
  });
});
