// From text to tokens as TextVectorization makes them: standardized, split, joined to n-grams.
import { type StringArray, sizeOf } from './host-array.ts';

export type Standardize = 'lower_and_strip_punctuation' | 'lower' | 'strip_punctuation' | null;
export type Split = 'whitespace' | 'character' | null;

export interface TokenOptions {
  /** Functions stand here in the compiler alone: a bundle carries data. */
  readonly standardize: Standardize | ((text: string) => string);
  readonly split: Split | ((text: string) => readonly string[]);
  /** Widths of n-grams, in the order in which they come; null for the tokens themselves. */
  readonly ngrams: readonly number[] | null;
}

/** Tokens in rows: `shape` without its last axis says how the rows lie, and rows differ in length if `ragged`. */
export interface TokenRows {
  readonly prefix: readonly number[];
  readonly rows: readonly (readonly string[])[];
  /** Whether rows came from splitting, so that their lengths differ. */
  readonly ragged: boolean;
}

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** TensorFlow's white space: ASCII's alone. */
const WHITESPACE = /[ \t\n\v\f\r]+/;

/** TensorFlow lowers ASCII alone unless it is told the encoding, and Keras does not tell. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

function standardizeText(text: string, how: TokenOptions['standardize']): string {
  if (typeof how === 'function') return how(text);
  const lowered = how === 'lower' || how === 'lower_and_strip_punctuation' ? lower(text) : text;
  return how === 'strip_punctuation' || how === 'lower_and_strip_punctuation' ? lowered.replace(PUNCTUATION, '') : lowered;
}

function splitText(text: string, how: Exclude<TokenOptions['split'], null>): readonly string[] {
  if (typeof how === 'function') return how(text);
  return how === 'character' ? Array.from(text) : text.split(WHITESPACE).filter((token) => token !== '');
}

/** The rows of tokens of an array of texts. */
export function tokenize(texts: StringArray, { standardize, split, ngrams }: TokenOptions): TokenRows {
  const standardized = texts.data.map((text) => standardizeText(text, standardize));
  const rows = split === null ? rowsOf(texts.shape, standardized) : splitRows(texts.shape, standardized, split);
  return ngrams === null ? rows : { ...rows, rows: rows.rows.map((tokens) => joinTokens(tokens, ngrams)) };
}

/** Without splitting, the last axis holds the tokens. */
function rowsOf(shape: readonly number[], data: readonly string[]): TokenRows {
  const prefix = shape.slice(0, -1);
  const length = shape.at(-1) ?? 1;
  return {
    prefix,
    rows: Array.from({ length: sizeOf(prefix) }, (_, row) => data.slice(row * length, (row + 1) * length)),
    ragged: false,
  };
}

function splitRows(shape: readonly number[], data: readonly string[], split: Exclude<TokenOptions['split'], null>): TokenRows {
  if (shape.length > 1 && shape.at(-1) !== 1) {
    throw new RangeError(
      'When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape dimension must be 1. ' +
        `Received: inputs.shape=(${shape.join(', ')}) with rank=${shape.length}`,
    );
  }
  return {
    prefix: shape.length > 1 ? shape.slice(0, -1) : shape,
    rows: data.map((text) => splitText(text, split)),
    ragged: shape.length > 0,
  };
}

function joinTokens(tokens: readonly string[], widths: readonly number[]): string[] {
  return widths.flatMap((width) =>
    Array.from({ length: Math.max(0, tokens.length - width + 1) }, (_, start) => tokens.slice(start, start + width).join(' ')),
  );
}
