import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { readHdf5 } from '../../compiler/formats/hdf5.ts';
import { readModelBytes, readNpy, readSafetensors, writeKerasFile, writeSafetensors } from '../../compiler/formats/index.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';

/** Some bytes replaced, and perhaps the end cut off. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x7f))), {
    minLength: 1,
    maxLength: 8,
  }),
  keep: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
});

function damaged(bytes: Uint8Array, { changes, keep }: { changes: [number, number][]; keep: number }): Uint8Array {
  const copy = new Uint8Array(bytes.subarray(0, Math.ceil(bytes.length * keep)));
  for (const [at, value] of changes) copy[Math.floor(at * (copy.length - 1))] = value;
  return copy;
}

/** Reads many damaged copies: each is read or refused with a FormatError, nothing else. */
async function readDamaged(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      try {
        await read(damaged(bytes, how));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.message).toContain('a-file');
      }
    }),
    { numRuns },
  );
}

const vector = ndarray('float32', [3], Float32Array.of(1, 2, 3));
const weights = { children: new Map([['layers', { children: new Map([['dense', { name: 'd', vars: [vector, vector] }]]) }]]) };
const config = {
  module: 'keras',
  class_name: 'Sequential',
  config: { name: 's', layers: [{ class_name: 'Dense', config: { units: 3 } }] },
};
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const fixture = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url));

describe('damaged files are read or refused, and nothing else happens', () => {
  it('.keras', async () => {
    await readDamaged(await writeKerasFile({ config, weights }), (bytes) => readModelBytes(bytes, 'a-file'), 300);
  });

  // Some of these send the HDF5 library into an endless loop, which ends with the patience of the reader.
  it.each(['types.weights.h5', 'chunked-names.h5'])(
    '%s',
    async (name) => {
      await readDamaged(fixture(name), (bytes) => readHdf5(bytes, ['a-file'], 1500), 250);
    },
    120_000,
  );

  it('TensorFlow.js model.json', async () => {
    const manifest = [
      { paths: ['a'], weights: [{ name: 'w', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: 1 } }] },
    ];
    const json = { format: 'layers-model', modelTopology: { model_config: config, keras_version: '2.1' }, weightsManifest: manifest };
    await readDamaged(encode(json), (bytes) => readModelBytes(bytes, 'a-file', async () => Uint8Array.of(1, 2, 3)), 2000);
  });

  it('TensorFlow.js JavaScript modules', async () => {
    const text = `!function(e){module.exports=e()}(function(){return {modelTopology:{class_name:"M",config:{a:[1,.5,-1e3,!0],'b':null}},weightsManifest:[]}})`;
    await readDamaged(new TextEncoder().encode(text), (bytes) => readModelBytes(bytes, 'a-file'), 2000);
  });

  it('safetensors', async () => {
    const bytes = writeSafetensors(
      new Map([
        ['a', vector],
        ['b', ndarray('int8', [2, 2])],
      ]),
      { made: 'here' },
    );
    await readDamaged(bytes, (copy) => readSafetensors(copy, 'a-file'), 2000);
  });

  it('.npy', async () => {
    const header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n";
    const bytes = Uint8Array.of(
      0x93,
      0x4e,
      0x55,
      0x4d,
      0x50,
      0x59,
      1,
      0,
      header.length,
      0,
      ...new TextEncoder().encode(header),
      ...new Array(16).fill(1),
    );
    await readDamaged(bytes, (copy) => readNpy(copy, 'a-file'), 2000);
  });

  it('any bytes at all', async () => {
    const starts = ['', 'PK\x03\x04', '\x89HDF\r\n\x1a\n', '{', '\x93NUMPY\x01\0', '{"modelTopology":'];
    const anything = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(anything, async ([start, rest]) => {
        const bytes = Uint8Array.of(...Buffer.from(start, 'latin1'), ...rest);
        await expect(readModelBytes(bytes, 'a-file')).rejects.toThrow(FormatError);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
