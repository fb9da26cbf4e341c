// Compiling, caching and loading native libraries, and what a user reads when a part of it is missing.
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../compiler/formats/safetensors.ts';
import {
  buildAddon,
  cacheFolder,
  compileLibrary,
  findCompiler,
  hostTargets,
  loadLibrary,
  NativeError,
  type NativeLibrary,
  probeCompiler,
  readWeights,
} from '../../targets/native/index.ts';
import { runProcess } from '../../targets/native/run-process.ts';
import { testCache } from './test-cache.ts';
import { tinySources, tinyWeights } from './tiny-library.ts';

const { compiler } = await probeCompiler();
const cache = testCache();
const input = Float32Array.from({ length: 16 }, (_, i) => 16 - i);
const expected = Array.from(input, (value, i) => value * (i + 1));

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kerasc-test-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe('findCompiler', () => {
  it('names what it tried and what to install where there is none', async () => {
    await expect(findCompiler({ PATH: scratch })).rejects.toThrow(
      /No C\+\+ compiler found: none of g\+\+, clang\+\+, c\+\+, zig c\+\+, python3 -m ziglang c\+\+ runs\.\n {2}Install g\+\+ or clang\+\+.*WebAssembly/s,
    );
  });

  it('does not look further than the compiler that CXX names', async () => {
    await expect(findCompiler({ ...process.env, CXX: '/nonexistent/cc --fast' })).rejects.toThrow(
      'CXX names "/nonexistent/cc --fast", which does not run',
    );
  });
});

describe('cacheFolder', () => {
  it('is the folder that KERASC_CACHE names', () => {
    expect(cacheFolder({ KERASC_CACHE: join(scratch, 'mine') })).toBe(join(scratch, 'mine'));
  });

  it('refuses a KERASC_CACHE that cannot be written', async () => {
    await writeFile(join(scratch, 'file'), '');
    expect(() => cacheFolder({ KERASC_CACHE: join(scratch, 'file', 'below') })).toThrow(
      /KERASC_CACHE names ".*", which cannot be written: .*\n {2}Name a folder/,
    );
  });

  it('warns once and uses a temporary folder where the home cannot be written', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on('warning', listen);
    await writeFile(join(scratch, 'home'), '');
    const folders = [cacheFolder({ HOME: join(scratch, 'home') }), cacheFolder({ HOME: join(scratch, 'home') })];
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(folders[0]).toBe(folders[1]);
    expect((await stat(folders[0] as string)).mode & 0o077).toBe(0);
    expect(warnings.filter(({ message }) => message.includes('Set KERASC_CACHE'))).toHaveLength(1);
    await rm(folders[0] as string, { recursive: true });
  });
});

describe.skipIf(!compiler)(`native libraries${compiler ? '' : ' (skipped: no C++ compiler)'}`, () => {
  let path = '';
  let library: NativeLibrary;
  beforeAll(async () => {
    path = await compileLibrary(tinySources(), { cacheFolder: cache });
    library = await loadLibrary(path, { cacheFolder: cache });
  }, 120_000);

  it('tell their inputs, outputs and sizes', () => {
    expect(library).toMatchObject({
      name: 'tiny',
      weightsBytes: 64,
      arenaBytes: 64,
      inputs: [{ name: 'image', type: 'f32', shape: [2, 8], bytes: 64 }],
      outputs: [{ name: 'scores', shape: [2, 8] }],
    });
  });

  it('run every variant this machine has', () => {
    for (const { name } of hostTargets()) {
      using model = library.create({ weights: tinyWeights(), variant: name });
      const out = new Float32Array(16);
      model.run([input], [out]);
      expect([model.variant, Array.from(out)]).toEqual([name, expected]);
    }
  });

  it('read from and write into the middle of larger buffers', () => {
    using model = library.create({ weights: tinyWeights() });
    const memory = new Float32Array(64);
    memory.set(input, 3);
    model.run([memory.subarray(3, 19)], [new DataView(memory.buffer, 21 * 4, 64)]);
    expect(Array.from(memory.subarray(21, 37))).toEqual(expected);
    expect(memory[20]).toBe(0);
    expect(memory[37]).toBe(0);
  });

  it('take a safetensors file as weights, aligned or not', async () => {
    const bytes = writeSafetensors(new Map([['weights', { dtype: 'float32', shape: [16], data: tinyWeights() }]]));
    const file = join(scratch, 'weights.safetensors');
    await writeFile(file, bytes);
    const odd = new Uint8Array(bytes.length + 5);
    odd.set(bytes, 5);
    for (const weights of [await readWeights(file, { cacheFolder: cache }), odd.subarray(5)]) {
      using model = library.create({ weights });
      const out = new Float32Array(16);
      model.run([input], [out]);
      expect(Array.from(out)).toEqual(expected);
    }
  });

  it('say which tensor has the wrong size, and refuse foreign weights and unknown variants', () => {
    using model = library.create({ weights: tinyWeights() });
    expect(() => model.run([new Float32Array(15)], [new Float32Array(16)])).toThrow('input "image" has 60 bytes, expected 64');
    expect(() => model.run([input], [new Float64Array(16)])).toThrow('output "scores" has 128 bytes, expected 64');
    expect(() => model.run([], [new Float32Array(16)])).toThrow('expected an array of 1 inputs');
    expect(() => model.run(['text' as unknown as Uint8Array], [new Float32Array(16)])).toThrow('expected a typed array');
    expect(() => library.create({ weights: new Uint8Array(63) })).toThrow('the weights are not those of this model');
    expect(() => library.create({ weights: tinyWeights(), variant: 'sparc' })).toThrow('cannot run the variant');
    expect(() => library.create({ weights: tinyWeights(), threads: 0 })).toThrow('threads must be a whole number from 1 to 256');
  });

  it('refuse to run after dispose, and survive a second dispose', () => {
    const model = library.create({ weights: tinyWeights(), threads: 2 });
    model.dispose();
    model.dispose();
    expect(() => model.run([input], [new Float32Array(16)])).toThrow('the model was disposed');
  });

  it('stay at constant memory over many models and runs', () => {
    const out = new Float32Array(16);
    const outputs = [out];
    const inputs = [input];
    const work = (): void => {
      for (let i = 0; i < 100; i++) {
        using model = library.create({ weights: tinyWeights(), threads: 2 });
        for (let j = 0; j < 200; j++) model.run(inputs, outputs);
      }
    };
    work();
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 5; i++) work();
    // 500 models would leave 4 GB of thread stacks if threads were not joined, and 10 MB if arenas were not freed; the heap breathes.
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 << 20);
  }, 60_000);

  it('need nothing but the C library and export one name', async ({ skip }) => {
    const { status, output } = await runProcess(['nm', '-D', path]);
    if (status !== 0 || process.platform !== 'linux') skip('no nm here');
    const symbols = output.trim().split('\n');
    expect(symbols.filter((line) => / [TDBRV] /.test(line)).map((line) => line.split(' ').at(-1))).toEqual(['kerasc_model_v1']);
    expect(symbols.filter((line) => / U _Z/.test(line))).toEqual([]);
  });

  it('are compiled once', async () => {
    const before = await readdir(join(cache, 'libraries'));
    expect(await compileLibrary(tinySources(), { cacheFolder: cache })).toBe(path);
    expect(await readdir(join(cache, 'libraries'))).toEqual(before);
  });

  it('leave nothing behind when compilation fails, and show what the compiler said', async () => {
    const sources = tinySources();
    const broken = { ...sources, sources: sources.sources.map((each) => ({ ...each, text: `${each.text}\nint broken = ;\n` })) };
    const folder = join(scratch, 'failing');
    await expect(compileLibrary(broken, { cacheFolder: folder })).rejects.toThrow(
      /failed:[\s\S]*tiny\w*\.cpp:\d+:\d+: error: [\s\S]*bug of kerasc/,
    );
    expect(await readdir(join(folder, 'libraries'))).toEqual([]);
  }, 60_000);

  it('come out whole when two builds run at once', async () => {
    const folder = join(scratch, 'together');
    const paths = await Promise.all([1, 2].map(() => compileLibrary(tinySources('together'), { cacheFolder: folder })));
    expect(paths[0]).toBe(paths[1]);
    expect(await readdir(join(folder, 'libraries'))).toHaveLength(1);
    expect((await loadLibrary(paths[0] as string, { cacheFolder: cache })).name).toBe('together');
  }, 120_000);

  it('are refused when they are no libraries of ours', async () => {
    const fake = join(scratch, 'fake.so');
    await writeFile(fake, 'not a library');
    await expect(loadLibrary(fake, { cacheFolder: cache })).rejects.toBeInstanceOf(NativeError);
    await expect(loadLibrary(fake, { cacheFolder: cache })).rejects.toThrow(/cannot open the library: .*fake\.so/);
    await expect(loadLibrary(join(scratch, 'none.so'), { cacheFolder: cache })).rejects.toThrow(/none\.so/);
    const addon = await buildAddon({ cacheFolder: cache });
    await expect(loadLibrary(addon, { cacheFolder: cache })).rejects.toThrow('is no library built by kerasc');
  });

  it('load through an addon that was built without cmake', async () => {
    const path2 = await buildAddon({ cacheFolder: join(scratch, 'direct'), cmake: false });
    const addon = createRequire(import.meta.url)(path2) as { inspect(path: string): { name: string } };
    expect(addon.inspect(path).name).toBe('tiny');
  }, 120_000);

  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)(
    `fail with a clear error where the given cache folder is read-only${isRoot ? ' (skipped: root may write anywhere)' : ''}`,
    async () => {
      const folder = join(scratch, 'read-only');
      await mkdir(folder);
      await chmod(folder, 0o500);
      await expect(compileLibrary(tinySources('elsewhere'), { cacheFolder: folder })).rejects.toThrow(/read-only/);
    },
  );
});
