// TensorFlow.js models packed as JavaScript modules (nsfwjs): the JSON and the base64 text are found in the source, not run.

import { parseJsLiteral } from './js-literal.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { formatError, type Place } from './place.ts';

const TOPOLOGY = 'modelTopology';

/** Whether a text that is not JSON may be such a module. */
export const isModelModule = (text: string): boolean => text.includes(TOPOLOGY) && text.includes('weightsManifest');

/** The model's JSON out of a module: the object literal that holds `modelTopology`. */
export function findModelLiteral(text: string, place: Place): JsonObject {
  const start = enclosingBrace(text, text.indexOf(TOPOLOGY));
  const value = start < 0 ? undefined : parseJsLiteral(text, start, place);
  if (isJsonObject(value) && TOPOLOGY in value) return value;
  throw formatError('entry-missing', place, `The module names "${TOPOLOGY}" and has no object that holds it.`);
}

/** The index of the brace that opens the object around `at`, or -1. Backwards, because what stands before is code. */
function enclosingBrace(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    if (text[i] === '}') depth++;
    else if (text[i] === '{' && --depth < 0) return i;
  }
  return -1;
}

/** The bytes of a shard out of a module: its longest base64 string. */
export function findBase64(text: string, place: Place): Uint8Array {
  let longest = '';
  for (let start = 0; start < text.length; start++) {
    const end = endOfBase64(text, start);
    const isQuoted = start > 0 && text[start - 1] === text[end] && QUOTES.includes(text[end] as string);
    if (isQuoted && end - start > longest.length && (end - start) % 4 === 0) longest = text.slice(start, end);
    start = end;
  }
  if (!longest) throw formatError('entry-missing', place, 'The module has no base64 string with weights.');
  return new Uint8Array(Buffer.from(longest, 'base64'));
}

const QUOTES = ['"', "'", '`'];
const BASE64_CODES = new Set([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/='].map((c) => c.charCodeAt(0)));

function endOfBase64(text: string, start: number): number {
  let end = start;
  while (end < text.length && BASE64_CODES.has(text.charCodeAt(end))) end++;
  return end;
}
