// What TensorBoard shows: scalars, histograms, images and texts as its plugins expect them.
import { bytes, double, encodeMessage, float, int64, type Message, message, string } from './proto.ts';

/** A value to show under a tag. */
export interface Summary {
  readonly tag: string;
  readonly plugin: 'scalars' | 'histograms' | 'images' | 'graph_keras_model';
  /** What the plugin says of itself. */
  readonly content?: Uint8Array;
  /** A TensorProto. */
  readonly tensor: Message;
}

/** DataType of TensorFlow. */
const DT_FLOAT = 1;
const DT_DOUBLE = 2;
const DT_STRING = 7;

/** DataClass of TensorBoard. */
const DATA_CLASS = { scalars: 1, histograms: 2, images: 3, graph_keras_model: 0 } as const satisfies Record<Summary['plugin'], number>;

const shapeOf = (...dims: readonly number[]): Message => dims.map((dim) => message(2, [int64(1, dim)]));

export const scalar = (tag: string, value: number): Summary => ({
  tag,
  plugin: 'scalars',
  tensor: [int64(1, DT_FLOAT), message(2, shapeOf()), float(5, value)],
});

const BUCKETS = 30;

/** Counts of values between their smallest and their largest: rows of left edge, right edge, count. */
export function histogram(tag: string, values: ArrayLike<number>): Summary {
  const rows = bucketsOf(values);
  const content = new Uint8Array(Float64Array.from(rows.flat()).buffer);
  return { tag, plugin: 'histograms', tensor: [int64(1, DT_DOUBLE), message(2, shapeOf(rows.length, 3)), bytes(4, content)] };
}

function bucketsOf(values: ArrayLike<number>): number[][] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index] as number);
    high = Math.max(high, values[index] as number);
  }
  if (values.length === 0) return Array.from({ length: BUCKETS }, () => [0, 0, 0]);
  if (low === high) return Array.from({ length: BUCKETS }, (_, index) => [low, low, index === BUCKETS - 1 ? values.length : 0]);
  const width = (high - low) / BUCKETS;
  const counts = new Array<number>(BUCKETS).fill(0);
  for (let index = 0; index < values.length; index++) {
    const bucket = Math.min(Math.floor(((values[index] as number) - low) / width), BUCKETS - 1);
    // NaN belongs to no bucket.
    if (bucket >= 0) (counts[bucket] as number)++;
  }
  return counts.map((count, index) => [low + index * width, index === BUCKETS - 1 ? high : low + (index + 1) * width, count]);
}

/** PNG files of one size. */
export function images(tag: string, width: number, height: number, files: readonly Uint8Array[]): Summary {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const values = [text(String(width)), text(String(height)), ...files].map((file) => bytes(8, file));
  return { tag, plugin: 'images', tensor: [int64(1, DT_STRING), message(2, shapeOf(values.length)), ...values] };
}

/** The config of a model, which TensorBoard draws as a graph of layers. */
export const kerasModel = (tag: string, json: string): Summary => ({
  tag,
  plugin: 'graph_keras_model',
  content: new TextEncoder().encode('1'),
  tensor: [int64(1, DT_STRING), message(2, shapeOf()), bytes(8, new TextEncoder().encode(json))],
});

/** An Event that holds a summary. */
export function summaryEvent({ tag, plugin, content = new Uint8Array(), tensor }: Summary, step: number, wallTime: number): Uint8Array {
  const metadata = [message(1, [string(1, plugin), bytes(2, content)]), int64(4, DATA_CLASS[plugin])];
  const value = [string(1, tag), message(9, metadata), message(8, tensor)];
  return encodeMessage([double(1, wallTime), int64(2, step), message(5, [message(1, value)])]);
}

/** The Event that a file begins with. */
export const versionEvent = (wallTime: number): Uint8Array => encodeMessage([double(1, wallTime), string(3, 'brain.Event:2')]);

/** An Event that holds a GraphDef. */
export const graphEvent = (graph: Message, wallTime: number): Uint8Array =>
  encodeMessage([double(1, wallTime), bytes(4, encodeMessage(graph))]);
