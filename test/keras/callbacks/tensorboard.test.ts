// Event files: read back with the reader of the protobuf package, and with TensorFlow's checks of their frames.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { callbacks, Input, layers, Sequential } from '../../../compiler/index.ts';
import { toRecord } from '../../../compiler/keras/callbacks/tensorboard/record.ts';
import { histogram } from '../../../compiler/keras/callbacks/tensorboard/summaries.ts';
import { silent, waves } from '../training/small-models.ts';

const RECORD = '06000000000000007369d5376b6572617363e342d122';

type Fields = Map<number, (Uint8Array | number)[]>;

/** The fields of a message by number; what has a length stays bytes. */
function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields: Fields = new Map();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const read: Partial<Record<WireType, () => Uint8Array | number>> = {
      0: () => Number(reader.int64()),
      1: () => reader.double(),
      2: () => reader.bytes(),
      5: () => reader.float(),
    };
    fields.set(number, [...(fields.get(number) ?? []), (read[type] as () => Uint8Array | number)()]);
  }
  return fields;
}

const textOf = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);

/** Step, tag and plugin of every summary, and whether a graph is there. */
function readEvents(folder: string): { readonly tags: string[]; readonly hasGraph: boolean } {
  const [name] = readdirSync(folder);
  const file = new Uint8Array(readFileSync(join(folder, name as string)));
  const tags: string[] = [];
  let hasGraph = false;
  for (let at = 0; at < file.length; ) {
    const length = Number(new DataView(file.buffer, file.byteOffset + at).getBigUint64(0, true));
    const event = fieldsOf(file.subarray(at + 12, at + 12 + length));
    at += length + 16;
    hasGraph ||= event.has(4);
    const summary = event.get(5)?.[0];
    if (!summary) continue;
    const value = fieldsOf(fieldsOf(summary as Uint8Array).get(1)?.[0] as Uint8Array);
    const plugin = fieldsOf(fieldsOf(value.get(9)?.[0] as Uint8Array).get(1)?.[0] as Uint8Array).get(1)?.[0];
    tags.push(`${event.get(2)?.[0] ?? 0} ${textOf(value.get(1)?.[0])} ${textOf(plugin)}`);
  }
  return { tags, hasGraph };
}

describe('TensorBoard', () => {
  it('writes scalars, histograms, images and graphs under the tags of Keras', async () => {
    const logs = mkdtempSync(join(tmpdir(), 'kerasc-events-'));
    const model = new Sequential([Input({ shape: [3] }), new layers.Dense(2, { name: 'd', useBias: false })], { name: 'm' });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const callback = new callbacks.TensorBoard(logs, { histogramFreq: 1, writeImages: true, updateFreq: 2 });
    await model.fit(waves(8, 3), waves(8, 2), { batchSize: 2, validationData: [waves(4, 3), waves(4, 2)], callbacks: callback, ...silent });
    const train = readEvents(join(logs, 'train'));
    expect(train.hasGraph).toBe(true);
    expect(train.tags).toEqual([
      '0 keras graph_keras_model',
      '2 batch_loss scalars',
      '4 batch_loss scalars',
      '0 epoch_loss scalars',
      '0 epoch_learning_rate scalars',
      '0 m/d/kernel/histogram histograms',
      '0 m/d/kernel/image images',
    ]);
    expect(readEvents(join(logs, 'validation')).tags).toEqual(['4 evaluation_loss_vs_iterations scalars', '0 epoch_loss scalars']);
  });

  it('frames records with checksums as TFRecord has them', () => {
    // Written by TensorFlow: tf.io.TFRecordWriter of b"kerasc".
    expect(Buffer.from(toRecord(new TextEncoder().encode('kerasc'))).toString('hex')).toBe(RECORD);
  });

  it('counts every value of a histogram in one of 30 buckets', () => {
    const { tensor } = histogram('h', [0, 0.1, 0.5, 1, 1]);
    const content = tensor.find(({ number }) => number === 4)?.value as Uint8Array;
    const rows = new Float64Array(content.slice().buffer);
    const counts = Array.from({ length: 30 }, (_, row) => rows[3 * row + 2]);
    expect(counts.reduce((sum, count) => (sum as number) + (count as number), 0)).toBe(5);
    expect([counts[0], counts[3], counts[15], counts[29]]).toEqual([1, 1, 1, 2]);
  });
});
