import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { readHdf5, writeHdf5 } from '../../compiler/formats/hdf5.ts';
import { hdf5Library } from '../../compiler/formats/hdf5-library.ts';
import type { Hdf5Group } from '../../compiler/formats/hdf5-tree.ts';
import { allocate, DTYPES } from '../../compiler/ir/dtype.ts';
import { encodeFloat } from '../../compiler/ir/float16.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';

const file = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url));
const read = (bytes: Uint8Array) => readHdf5(bytes, ['model.h5']);
const group = (content: Partial<Hdf5Group>): Hdf5Group => ({ attributes: new Map(), groups: new Map(), arrays: new Map(), ...content });

/** A file made by the HDF5 library itself, for what our writer refuses to write. */
async function fileOf(make: (api: Awaited<ReturnType<typeof openLibrary>>) => void): Promise<Uint8Array> {
  const api = await openLibrary();
  make(api);
  api.module.close_file(api.file);
  return new Uint8Array(api.module.FS.readFile('/made.h5'));
}

interface LinkMaker {
  create_soft_link(file: bigint, target: string, path: string): number;
  create_hard_link(file: bigint, target: string, path: string): number;
  create_external_link(file: bigint, name: string, target: string, path: string): number;
}

async function openLibrary() {
  const { module } = await hdf5Library();
  return { module, links: module as unknown as LinkMaker, file: module.open('/made.h5', 2, false, -1, -1) };
}

describe('HDF5 files', () => {
  it('gives back every dtype, shape and name that was written', async () => {
    const arrays = new Map(
      DTYPES.map((dtype) => {
        const array = ndarray(dtype, [2, 3], allocate(dtype, 6));
        const is64Bit = typeof array.data[0] === 'bigint';
        for (let i = 0; i < 6; i++) {
          if (dtype === 'float16' || dtype === 'bfloat16') array.data[i] = encodeFloat(dtype, i - 2.5);
          else array.data[i] = (is64Bit ? 2n ** 62n + BigInt(i) : dtype === 'bool' ? i % 2 : i * 20) as never;
        }
        return [dtype, array];
      }),
    );
    arrays.set('scalar' as never, ndarray('float32', [], Float32Array.of(7)));
    arrays.set('empty' as never, ndarray('float32', [0, 3]));
    const vars = group({ arrays, attributes: new Map([['name', 'größe']]) });
    const root = group({ groups: new Map([['layers', group({ groups: new Map([['dense', vars]]) })]]) });
    const copy = (await read(await writeHdf5(root, ['x']))).groups.get('layers')?.groups.get('dense');
    for (const [name, array] of arrays) {
      const found = copy?.arrays.get(name);
      expect([name, found?.dtype, found?.shape, found?.data]).toEqual([name, array.dtype, array.shape, array.data]);
    }
    expect(copy?.attributes.get('name')).toBe('größe');
  });

  it('reads the types that h5py writes for Keras', async () => {
    const vars = (await read(file('types.weights.h5'))).groups.get('layers')?.groups.get('dense')?.groups.get('vars');
    const types = Array.from({ length: 12 }, (_, i) => vars?.arrays.get(String(i))?.dtype);
    expect(types).toEqual([
      'float16',
      'float32',
      'float64',
      'float32',
      'int8',
      'uint16',
      'int64',
      'bool',
      'bfloat16',
      'int64',
      'float32',
      'float32',
    ]);
    expect(vars?.arrays.get('0')?.data).toEqual(Uint16Array.from([1, 2.5, -3], (x) => encodeFloat('float16', x)));
    expect(vars?.arrays.get('3')?.data).toEqual(Float32Array.of(1, 2.5, -3));
    expect(vars?.arrays.get('6')?.data).toEqual(BigInt64Array.of(1n, 2n, -3n));
    expect(vars?.arrays.get('7')?.data).toEqual(Uint8Array.of(1, 0));
    expect(vars?.arrays.get('8')?.data).toEqual(Uint16Array.from([1, 2.5, -3], (x) => encodeFloat('bfloat16', x)));
    expect(vars?.arrays.get('9')?.data).toEqual(BigInt64Array.of(2n ** 60n));
    expect(vars?.arrays.get('11')?.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    expect(vars?.attributes.get('list')).toEqual(['first', 'second']);
    expect(vars?.attributes.get('bytes')).toEqual(['ab', 'c']);
  });

  it.each([
    ['virtual.weights.h5', /dataset is virtual/],
    ['external-data.weights.h5', /lie in another file/],
    ['shape-bomb.weights.h5', /declares 1024 MiB or more/],
    ['huge-shape.weights.h5', /beyond 2 GiB/],
    ['complex.weights.h5', /made of numbers/],
  ])('refuses %s, naming the place', async (name, message) => {
    await expect(read(file(name))).rejects.toThrow(message);
    await expect(read(file(name))).rejects.toThrow(/"model\.h5" > "\/layers\/dense\/vars\/0"/);
  });

  it('refuses soft and external links, also those that lead back into the file', async () => {
    const soft = await fileOf(({ module, links, file: id }) => {
      module.create_group(id, '/layers', false);
      links.create_soft_link(id, '/layers', '/alias');
    });
    await expect(read(soft)).rejects.toThrow(/soft link to "\/layers"/);
    const external = await fileOf(({ links, file: id }) => links.create_external_link(id, '/etc/passwd', '/x', '/alias'));
    await expect(read(external)).rejects.toThrow(/link to the file "\/etc\/passwd"/);
  });

  it('ends with a file whose groups contain each other', async () => {
    const circle = await fileOf(({ module, links, file: id }) => {
      module.create_group(id, '/a', false);
      for (let i = 0; i < 3; i++) links.create_hard_link(id, '/a', `/a/again${i}`);
    });
    await expect(read(circle)).rejects.toThrow(/nest deeper than|may form a circle/);
  });

  it('says that a file is truncated', async () => {
    const bytes = file('types.weights.h5');
    await expect(read(bytes.subarray(0, 8000))).rejects.toThrow(/shorter than its header says/);
  });

  it('leaves the bytes of the caller as they are', async () => {
    const bytes = file('types.weights.h5');
    const before = Buffer.from(bytes);
    await read(bytes);
    expect(Buffer.compare(bytes, before)).toBe(0);
  });

  it('reads several files at once', async () => {
    const roots = await Promise.all([1, 2, 3].map(() => read(file('types.weights.h5'))));
    expect(roots.map((root) => [...root.groups.keys()])).toEqual([['layers'], ['layers'], ['layers']]);
  });

  it('lets a process end that has read a file', () => {
    const script = `
      import { readModelFile } from './compiler/formats/index.ts';
      process.stdout.write((await readModelFile('test/formats/files/types.weights.h5')).format);`;
    const options = { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8', timeout: 25_000 } as const;
    expect(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], options)).toBe('keras-weights');
  });

  it('refuses to write names that would make paths', async () => {
    const root = group({ groups: new Map([['a/b', group({})]]) });
    await expect(writeHdf5(root, ['out.h5'])).rejects.toThrow(FormatError);
  });

  it('is silent on stderr over a broken file and works on the next one', async () => {
    const bytes = new Uint8Array(file('types.weights.h5'));
    bytes.fill(0xff, 100, 2000);
    const printed = vi.spyOn(process.stderr, 'write');
    await expect(read(bytes)).rejects.toThrow(FormatError);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
    expect((await read(file('types.weights.h5'))).groups.size).toBe(1);
  });
});
