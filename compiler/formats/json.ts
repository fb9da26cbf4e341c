// JSON as Python writes it, from files one does not trust: bounded, with NaN and Infinity, without `__proto__`.
import { quote } from '../errors/index.ts';
import { LIMITS } from './limits.ts';
import { type Place, formatError, inside } from './place.ts';

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
const STRING_OR_WORD = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a JSON text. */
export function parseJson(text: string, place: Place): Json {
  if (text.length > LIMITS.jsonBytes) {
    throw formatError('file-too-large', place, `The JSON text has ${text.length} characters; at most ${LIMITS.jsonBytes} are read.`);
  }
  checkDepth(text, place);
  let hasWords = false;
  const plain = text.replace(STRING_OR_WORD, (token) => {
    if (token.startsWith('"')) return token;
    hasWords = true;
    return JSON.stringify(MARK + token);
  });
  let value: Json;
  try {
    value = JSON.parse(plain) as Json;
  } catch (cause) {
    throw formatError('json-invalid', place, `The text is not JSON: ${quote((cause as Error).message)}`, { cause });
  }
  return clean(value, place, hasWords);
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

/** Counts brackets outside strings, so that no later walk can exhaust the stack. */
function checkDepth(text: string, place: Place): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i++;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > LIMITS.jsonDepth) throw formatError('file-bomb', place, `The JSON nests deeper than ${LIMITS.jsonDepth} levels.`);
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
}

/** Puts floats back in place of their marks and refuses keys that could reach a prototype. */
function clean(value: Json, place: Place, hasWords: boolean): Json {
  if (typeof value === 'string') return hasWords && value.startsWith(MARK) ? (WORDS.get(value.slice(MARK.length)) ?? value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => clean(item, place, hasWords));
  const object = value as Record<string, Json>;
  for (const key of Object.keys(object)) {
    if (key === '__proto__') throw formatError('hostile-name', place, 'The JSON has the key "__proto__", which no Keras config has.');
    object[key] = clean(object[key] as Json, inside(place, key), hasWords);
  }
  return object;
}

/** JSON text as Python's `json.dumps` would have it for floats: NaN and Infinity as words. */
export function formatJson(value: Json): string {
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? MARK + String(item) : item,
  );
  return text.replaceAll(new RegExp(`"${JSON.stringify(MARK).slice(1, -1).replace('\\', '\\\\')}(NaN|-?Infinity)"`, 'g'), '$1');
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
