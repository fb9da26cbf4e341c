// Opens a bundle in this process: the browser's through the runtime that browsers use, the native one as the module that it is.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { load, type Model } from '../../runtime/index.ts';

export interface Run {
  /** What the model gave: red, green and blue of each pixel. */
  readonly values: Float32Array;
  /** Milliseconds of each of several runs. */
  readonly times: readonly number[];
  readonly variant: string;
  readonly engine: string;
}

export async function runInNode(bundle: string, target: string, pixels: Float32Array): Promise<Run> {
  using model = await open(bundle, target);
  const times: number[] = [];
  let values = new Float32Array();
  for (let run = 0; run < 10; run++) {
    const start = performance.now();
    values = model.predict({ LR: pixels })['SR'] as Float32Array<ArrayBuffer>;
    times.push(performance.now() - start);
  }
  return {
    values: values.slice(),
    times,
    variant: model.variant,
    engine: target === 'native' ? 'this machine' : `Node ${process.versions.node}`,
  };
}

async function open(bundle: string, target: string): Promise<Model> {
  if (target === 'native') return (await import(pathToFileURL(resolve(bundle, 'index.js')).href)).load();
  const names = await readdir(bundle);
  const files = await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(join(bundle, name)))] as const));
  return load(Object.fromEntries(files), { onWarning: () => {} });
}
