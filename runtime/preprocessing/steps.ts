// The steps of the host part of a model: what each layer that takes strings does, as data that a bundle carries.
import { encodeCategories, type OutputMode } from './encode-categories.ts';
import { crossBuckets, hashBucket, type Salt } from './hash-values.ts';
import { asStrings, type HostArray, isStringArray, type NumberArray, numberArray, type StringArray, sizeOf } from './host-array.ts';
import { type LookUp, type LookupOptions, tokenLookup } from './look-up-tokens.ts';
import { type TokenOptions, type TokenRows, tokenize } from './text-tokens.ts';

interface Encoding {
  readonly mode: OutputMode;
  /** Categories; ignored where indices are the output. */
  readonly depth: number;
  readonly weights?: readonly number[] | undefined;
}

export interface LookupStep extends Encoding {
  readonly kind: 'lookup';
  readonly table: LookupOptions;
}

export interface TextStep extends Encoding {
  readonly kind: 'text';
  readonly tokens: TokenOptions;
  readonly table: LookupOptions;
  /** Indices in a row; null for as many as the longest row has. */
  readonly length: number | null;
}

export interface HashStep extends Encoding {
  readonly kind: 'hash';
  readonly bins: number;
  readonly salt: Salt | null;
  /** The string that has bin 0 for itself. */
  readonly maskValue: string | null;
  readonly dtype: string;
}

export interface CrossStep extends Encoding {
  readonly kind: 'cross';
  readonly bins: number;
  readonly dtype: string;
}

/** Strings of indices: what `StringLookup` with `invert` does. */
export interface NameStep {
  readonly kind: 'name';
  readonly vocabulary: readonly string[];
  readonly otherwise: string;
}

export type HostStep = LookupStep | TextStep | HashStep | CrossStep | NameStep;

/** Runs one step. */
export function runStep(step: HostStep, inputs: readonly HostArray[]): HostArray {
  const [first] = inputs as [HostArray];
  switch (step.kind) {
    case 'lookup':
      return encode(asStrings(first).map(tokenLookup(step.table)), first.shape, step);
    case 'text':
      return vectorize(tokenize(first as StringArray, step.tokens), step);
    case 'hash':
      return encode(asStrings(first).map(hasher(step)), hashedShape(first.shape, step), step, step.dtype);
    case 'cross':
      return encode(crossBuckets(inputs, step.bins), first.shape, step, step.dtype);
    case 'name':
      return nameIndices(first, step);
  }
}

function encode(indices: readonly number[], shape: readonly number[], step: Encoding, dtype?: string): NumberArray {
  const { mode, depth, weights } = step;
  if (mode === 'int') return numberArray(dtype ?? 'int64', shape, indices);
  return encodeCategories(indices, shape, { mode, depth, weights, dtype: dtype ?? (mode === 'tf_idf' ? 'float32' : 'int64') });
}

function hasher({ bins, salt, maskValue }: HashStep): LookUp {
  if (maskValue === null || bins === 1) return (text) => hashBucket(text, bins, salt);
  return (text) => (text === maskValue ? 0 : 1 + hashBucket(text, bins - 1, salt));
}

/** For one-hot vectors Keras drops a last axis of size 1 even of a single sample. */
const hashedShape = (shape: readonly number[], { mode }: HashStep): readonly number[] =>
  mode === 'one_hot' && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;

/** The indices of rows of tokens, unpadded. */
export function lookUpRows({ rows }: TokenRows, step: TextStep): number[][] {
  const lookUp = tokenLookup(step.table);
  return rows.map((tokens) => tokens.map(lookUp));
}

function vectorize(tokens: TokenRows, step: TextStep): NumberArray {
  const rows = lookUpRows(tokens, step);
  if (step.mode === 'int') return padRows(rows, tokens, step);
  if (tokens.ragged && (tokens.prefix.length > 1 || step.mode === 'one_hot')) {
    throw new RangeError(
      `\`TextVectorization\` cannot make one dense array of ${step.mode} vectors of texts that are split in rows of ${tokens.prefix.length + 1} dimensions.`,
    );
  }
  const longest = Math.max(0, ...rows.map((row) => row.length));
  const filled = rows.flatMap((row) => [...row, ...new Array<number>(longest - row.length).fill(-1)]);
  return encode(filled, [...tokens.prefix, longest], step);
}

function padRows(rows: readonly (readonly number[])[], { prefix }: TokenRows, { length }: TextStep): NumberArray {
  const size = length ?? rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const padded = rows.flatMap((row) => Array.from({ length: size }, (_, at) => row[at] ?? 0));
  return numberArray('int64', [...prefix, size], padded);
}

function nameIndices(indices: HostArray, { vocabulary, otherwise }: NameStep): StringArray {
  if (isStringArray(indices)) throw new TypeError('Expected indices, received strings.');
  const data = Array.from(indices.data as ArrayLike<number | bigint>, (index) => vocabulary[Number(index)] ?? otherwise);
  return { dtype: 'string', shape: indices.shape, data: data.slice(0, sizeOf(indices.shape)) };
}
