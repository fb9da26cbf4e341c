// JSON as Python writes it, from files one does not trust: bounded, with NaN and Infinity, without `__proto__`.
import { quote } from '../errors/index.ts';
import { LIMITS } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Python writes these words for floats that JSON does not have; they stand in strings while JSON.parse is at work. */
const WORDS = new Map<string, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const MARK = '\u0001float:';

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a JSON text. */
export function parseJson(text: string, place: Place): Json {
  if (text.length > LIMITS.jsonBytes) {
    throw formatError('file-too-large', place, `The JSON text has ${text.length} characters; at most ${LIMITS.jsonBytes} are read.`);
  }
  const words = scan(text, place);
  let value: Json;
  try {
    value = JSON.parse(words.length ? markWords(text, words) : text) as Json;
  } catch (cause) {
    throw formatError('json-invalid', place, `The text is not JSON: ${quote((cause as Error).message)}`, { cause });
  }
  return clean(value, place, words.length > 0);
}

/** The same, where only an object makes sense. */
export function parseJsonObject(text: string, place: Place): JsonObject {
  const value = parseJson(text, place);
  if (!isJsonObject(value)) throw formatError('value-wrong', place, `Expected a JSON object, found ${quote(value)}.`);
  return value;
}

/** UTF-8 bytes of JSON, which must be UTF-8. */
export function decodeText(bytes: Uint8Array, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw formatError('json-invalid', place, 'The text is not UTF-8.', { cause });
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** One pass outside strings: bounds the nesting, so that no later walk can exhaust the stack, and finds Python's words. */
function scan(text: string, place: Place): Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (++depth > LIMITS.jsonDepth) throw formatError('file-bomb', place, `The JSON nests deeper than ${LIMITS.jsonDepth} levels.`);
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--;
    else if (c === LETTER_N || c === LETTER_I) {
      const word = [...WORDS.keys()].find((known) => text.startsWith(known, i));
      if (!word) continue;
      words.push({ start: text[i - 1] === '-' ? i - 1 : i, end: i + word.length });
      i += word.length - 1;
    }
  }
  return words;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
const [LETTER_I, LETTER_N] = [0x49, 0x4e];

/** The index of the quote that closes the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}

function markWords(text: string, words: readonly Word[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of words) {
    pieces.push(text.slice(from, start), JSON.stringify(MARK + text.slice(start, end)));
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

/** Puts floats back in place of their marks and refuses keys that could reach a prototype. */
function clean(value: Json, place: Place, hasWords: boolean): Json {
  if (typeof value === 'string') return hasWords && value.startsWith(MARK) ? (WORDS.get(value.slice(MARK.length)) ?? value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => clean(item, place, hasWords));
  const object = value as Record<string, Json>;
  for (const key of Object.keys(object)) {
    if (key === '__proto__') throw formatError('hostile-name', place, 'The JSON has the key "__proto__", which no Keras config has.');
    object[key] = clean(object[key] as Json, place, hasWords);
  }
  return object;
}

/** JSON text as Python's `json.dumps` writes it: NaN and Infinity as words. */
export function formatJson(value: Json): string {
  const marked = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? MARK + String(item) : item,
  );
  return [...WORDS.keys()].reduce((text, word) => text.replaceAll(JSON.stringify(MARK + word), word), marked);
}

/** A field that must be an object, or is absent. */
export function objectField(object: JsonObject, key: string, place: Place): JsonObject | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw formatError('value-wrong', inside(place, key), `Expected an object, found ${quote(value)}.`);
  return value;
}

/** A field that must be a list, or is absent. */
export function listField(object: JsonObject, key: string, place: Place): readonly Json[] | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw formatError('value-wrong', inside(place, key), `Expected a list, found ${quote(value)}.`);
  return value as readonly Json[];
}

/** A field that must be text, or is absent. */
export function textField(object: JsonObject, key: string, place: Place): string | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw formatError('value-wrong', inside(place, key), `Expected text, found ${quote(value)}.`);
  return value;
}
