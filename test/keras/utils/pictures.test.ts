// Pictures: reading, writing, resizing, and data sets of folders of them.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { config, ops, type Tensor, utils } from '../../../compiler/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerasc-pictures-'));
const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as ArrayLike<number>, Number);
const pathOf = (name: string): string => join(folder, name);

/** A picture of one colour. */
const plain = (height: number, width: number, colour: readonly number[]): Tensor =>
  ops.broadcastTo(ops.array([...colour]), [height, width, colour.length]);

describe('a picture', () => {
  it('comes back from PNG as it was written', async () => {
    const pixels = ops.reshape(ops.arange(24), [2, 4, 3]);
    await utils.saveImg(pathOf('ramp.png'), pixels, { scale: false });
    const picture = await utils.loadImg(pathOf('ramp.png'));
    expect([picture.height, picture.width, picture.channels]).toEqual([2, 4, 3]);
    expect(numbers(utils.imgToArray(picture))).toEqual(numbers(pixels));
  });

  it('keeps its opacity in PNG and loses it in JPEG', async () => {
    const pixels = plain(8, 8, [200, 100, 50, 25]);
    await utils.saveImg(pathOf('clear.png'), pixels, { scale: false });
    expect((await utils.loadImg(pathOf('clear.png'), { colorMode: 'rgba' })).data.slice(0, 4)).toEqual(Uint8Array.of(200, 100, 50, 25));
    await utils.saveImg(pathOf('opaque.jpg'), pixels, { scale: false, quality: 100 });
    const [red, green, blue] = (await utils.loadImg(pathOf('opaque.jpg'))).data;
    // One colour survives JPEG but for the rounding of its colour transform.
    for (const [found, wanted] of [[red, 200], [green, 100], [blue, 50]] as const) expect(Math.abs((found as number) - wanted)).toBeLessThan(3); // biome-ignore format: one line
  });

  it('is grey by luma', async () => {
    await utils.saveImg(pathOf('green.png'), plain(2, 2, [0, 255, 0]), { scale: false });
    expect((await utils.loadImg(pathOf('green.png'), { colorMode: 'grayscale' })).data).toEqual(Uint8Array.of(150, 150, 150, 150));
  });

  it('is stretched to all numbers from 0 to 255 unless told otherwise', () => {
    expect([...utils.arrayToImg([[[-1], [0], [3]]]).data]).toEqual([0, 63, 255]);
    expect(() => utils.arrayToImg([[[300]]], { scale: false })).toThrow(/numbers from 0 to 255/);
  });

  it('has its channels where the configuration says', () => {
    const picture = utils.arrayToImg(ops.ones([4, 5, 3]));
    config.setImageDataFormat('channels_first');
    expect(utils.imgToArray(picture).shape).toEqual([3, 4, 5]);
    config.setImageDataFormat('channels_last');
    expect(utils.imgToArray(picture).shape).toEqual([4, 5, 3]);
  });

  it('is cut, not distorted, where the aspect ratio is kept', async () => {
    // Red, green, blue columns: the middle one stays.
    const row = [[255, 0, 0], [0, 255, 0], [0, 0, 255]]; // biome-ignore format: one line
    await utils.saveImg(pathOf('flag.png'), [row], { scale: false });
    const picture = await utils.loadImg(pathOf('flag.png'), { targetSize: [2, 2], keepAspectRatio: true, interpolation: 'bilinear' });
    expect([...picture.data]).toEqual([0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0]);
  });

  it('that is broken, or of another format, is refused with its name', async () => {
    writeFileSync(pathOf('text.png'), 'no picture');
    await expect(utils.loadImg(pathOf('text.png'))).rejects.toThrow(/text.png" is neither a PNG nor a JPEG/);
    writeFileSync(pathOf('moving.gif'), 'GIF89a');
    await expect(utils.loadImg(pathOf('moving.gif'))).rejects.toThrow(/is a GIF file/);
    writeFileSync(pathOf('cut.jpg'), Uint8Array.of(0xff, 0xd8, 0xff));
    await expect(utils.loadImg(pathOf('cut.jpg'))).rejects.toThrow(/cut.jpg" cannot be read/);
  });

  it('that claims to be enormous is refused before it is unpacked', async () => {
    const header = Uint8Array.of(
      0x89,
      0x50,
      0x4e,
      0x47,
      13,
      10,
      26,
      10,
      0,
      0,
      0,
      13,
      73,
      72,
      68,
      82,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      8,
      2,
      0,
      0,
      0,
    );
    writeFileSync(pathOf('bomb.png'), header);
    await expect(utils.loadImg(pathOf('bomb.png'))).rejects.toThrow(/4294967296 pixels is too large/);
  });
});

describe('a data set of folders', () => {
  const root = join(folder, 'animals');
  beforeAll(async () => {
    for (const [name, grey] of [
      ['cats', 10],
      ['dogs', 20],
    ] as const) {
      // biome-ignore format: one line
      mkdirSync(join(root, name, 'more'), { recursive: true });
      for (let index = 0; index < 4; index++) {
        const path = index === 3 ? join(root, name, 'more', 'last.png') : join(root, name, `${index}.png`);
        await utils.saveImg(path, plain(3, 5, [grey + index, 0, 0]), { scale: false });
      }
    }
    writeFileSync(join(root, 'cats', 'notes.md'), 'no picture');
  });

  it('has pictures of one size and labels by folder, sorted by name', async () => {
    const dataset = await utils.imageDatasetFromDirectory(root, { imageSize: [2, 2], shuffle: false, verbose: false });
    expect(dataset.classNames).toEqual(['cats', 'dogs']);
    const [batch] = (await dataset.toArray()) as [[Tensor, Tensor]];
    expect([batch[0].shape, batch[1].shape, batch[1].dtype]).toEqual([[8, 2, 2, 3], [8], 'int32']); // biome-ignore format: one line
    expect(numbers(batch[0]).filter((_, index) => index % 12 === 0)).toEqual([10, 11, 12, 13, 20, 21, 22, 23]);
    expect(numbers(batch[1])).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('splits into parts without a file in common', async () => {
    const options = { imageSize: 4, validationSplit: 0.25, subset: 'both', seed: 3, verbose: false } as const;
    const [train, validation] = await utils.imageDatasetFromDirectory(root, options);
    expect([train.filePaths.length, validation.filePaths.length]).toEqual([6, 2]);
    expect(new Set([...train.filePaths, ...validation.filePaths]).size).toBe(8);
    const again = await utils.imageDatasetFromDirectory(root, { ...options, subset: 'validation' });
    expect(again.filePaths).toEqual(validation.filePaths);
  });

  it('keeps labels with their files when it shuffles', async () => {
    const dataset = await utils.imageDatasetFromDirectory(root, { imageSize: 1, batchSize: 3, seed: 1, verbose: false });
    for (const [x, y] of (await dataset.toArray()) as [Tensor, Tensor][]) {
      const reds = numbers(x).filter((_, index) => index % 3 === 0);
      expect(numbers(y)).toEqual(reds.map((red) => (red >= 20 ? 1 : 0)));
    }
  });

  it('gives one-hot, binary or no labels', async () => {
    const options = { imageSize: 1, batchSize: null, shuffle: false, verbose: false } as const;
    const first = async (more: object): Promise<unknown> =>
      (await utils.imageDatasetFromDirectory(root, { ...options, ...more })).toArray().then(([element]) => element);
    expect(numbers(((await first({ labelMode: 'categorical', classNames: ['dogs', 'cats'] })) as [Tensor, Tensor])[1])).toEqual([1, 0]);
    expect(((await first({ labelMode: 'binary' })) as [Tensor, Tensor])[1].shape).toEqual([1]);
    expect(((await first({ labels: null })) as Tensor).shape).toEqual([1, 1, 3]);
    expect(numbers(((await first({ labels: [7, 6, 5, 4, 3, 2, 1, 0] })) as [Tensor, Tensor])[1])).toEqual([7]);
  });

  it('refuses options that contradict each other', async () => {
    const open = (options: object): Promise<unknown> => utils.imageDatasetFromDirectory(root, { verbose: false, ...options });
    await expect(open({ validationSplit: 0.5 })).rejects.toThrow(/`subset` is set, `validation_split` must be set/);
    await expect(open({ validationSplit: 0.5, subset: 'training' })).rejects.toThrow(/must provide a `seed`/);
    await expect(open({ classNames: ['birds'] })).rejects.toThrow(/did not match the names of the subdirectories.*cats/);
    await expect(open({ labels: [1] })).rejects.toThrow(/len\(labels\) is 1 while we found 8 files/);
    await expect(open({ cropToAspectRatio: true, padToAspectRatio: true })).rejects.toThrow(/Only one of/);
    await expect(utils.textDatasetFromDirectory(root, { verbose: false })).rejects.toThrow(/No text files found/);
  });

  it('reads texts, and pads sounds to the longest', async () => {
    const media = join(folder, 'media');
    mkdirSync(join(media, 'a'), { recursive: true });
    writeFileSync(join(media, 'a', 'one.txt'), 'grün');
    writeFileSync(join(media, 'a', 'long.wav'), wav([16384, -32768]));
    writeFileSync(join(media, 'a', 'short.wav'), wav([8192]));
    const [texts] = await (await utils.textDatasetFromDirectory(media, { labels: null, verbose: false })).toArray();
    expect((texts as { data: string[] }).data).toEqual(['grün']);
    const sounds = await utils.audioDatasetFromDirectory(media, { labels: null, shuffle: false, verbose: false });
    const [batch] = (await sounds.toArray()) as [Tensor];
    expect([batch.shape, numbers(batch)]).toEqual([[2, 2, 1], [0.5, -1, 0.25, 0]]); // biome-ignore format: one line
  });
});

/** A WAV file of one channel. */
function wav(samples: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => {
    view.setInt16(44 + 2 * index, sample, true);
  });
  return bytes;
}
