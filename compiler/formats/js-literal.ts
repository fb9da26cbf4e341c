// Reads a JavaScript literal (what JSON has, with bare keys, `.5`, `!0`) as data. Nothing is evaluated.
import type { Json } from './json.ts';
import { LIMITS } from './limits.ts';
import { formatError, type Place } from './place.ts';

const SPACE = /\s*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const STRING = { '"': /"((?:[^"\\\n]|\\.)*)"/y, "'": /'((?:[^'\\\n]|\\.)*)'/y } as const;
const CONSTANTS = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

interface Reader {
  readonly text: string;
  readonly place: Place;
  at: number;
  depth: number;
}

/** The literal that begins at `start`; what follows it is not looked at. */
export function parseJsLiteral(text: string, start: number, place: Place): Json {
  return readValue({ text, place, at: start, depth: 0 });
}

function readValue(reader: Reader): Json {
  match(reader, SPACE);
  const c = reader.text[reader.at];
  if (c === '{' || c === '[') return nested(reader, c === '{' ? readObject : readList);
  if (c === '"' || c === "'") return readString(reader, c);
  if (c === '!') return readNegation(reader);
  const number = match(reader, NUMBER);
  if (number !== undefined) return Number(number);
  const word = match(reader, WORD);
  if (word === 'void' && /^ 0/.test(reader.text.slice(reader.at, reader.at + 2))) {
    reader.at += 2;
    return null;
  }
  const constant = word === undefined ? undefined : CONSTANTS.get(word);
  if (constant === undefined) throw broken(reader, 'a value');
  return constant;
}

function nested<T>(reader: Reader, read: (reader: Reader) => T): T {
  if (++reader.depth > LIMITS.jsonDepth)
    throw formatError('file-bomb', reader.place, `The literal nests deeper than ${LIMITS.jsonDepth} levels.`);
  reader.at++;
  const value = read(reader);
  reader.depth--;
  return value;
}

function readObject(reader: Reader): Json {
  const entries: [string, Json][] = [];
  while (!takes(reader, '}')) {
    match(reader, SPACE);
    const c = reader.text[reader.at];
    const key = c === '"' || c === "'" ? readString(reader, c) : (match(reader, WORD) ?? match(reader, NUMBER));
    if (key === undefined) throw broken(reader, 'a key');
    if (key === '__proto__') throw formatError('hostile-name', reader.place, 'The literal has the key "__proto__".');
    if (!takes(reader, ':')) throw broken(reader, 'a colon');
    entries.push([key, readValue(reader)]);
    if (!takes(reader, ',') && reader.text[reader.at] !== '}') throw broken(reader, 'a comma or }');
  }
  return Object.fromEntries(entries);
}

function readList(reader: Reader): Json {
  const items: Json[] = [];
  while (!takes(reader, ']')) {
    items.push(readValue(reader));
    if (!takes(reader, ',') && reader.text[reader.at] !== ']') throw broken(reader, 'a comma or ]');
  }
  return items;
}

function readString(reader: Reader, quote: '"' | "'"): string {
  const text = match(reader, STRING[quote]);
  if (text === undefined) throw broken(reader, 'the end of a string');
  if (!text.includes('\\')) return text.slice(1, -1);
  const json = text.slice(1, -1).replace(/\\'|"/g, (found) => (found === '"' ? '\\"' : "'"));
  try {
    return JSON.parse(`"${quote === '"' ? text.slice(1, -1).replaceAll("\\'", "'") : json}"`) as string;
  } catch {
    throw broken(reader, 'a string of plain escapes before this');
  }
}

/** `!0` and `!1`, as minifiers write true and false. */
function readNegation(reader: Reader): boolean {
  const digit = reader.text[reader.at + 1];
  if (digit !== '0' && digit !== '1') throw broken(reader, '!0 or !1');
  reader.at += 2;
  return digit === '0';
}

function takes(reader: Reader, character: string): boolean {
  match(reader, SPACE);
  if (reader.text[reader.at] !== character) return false;
  reader.at++;
  return true;
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function broken(reader: Reader, expected: string): Error {
  const found = JSON.stringify(reader.text.slice(reader.at, reader.at + 20));
  return formatError('json-invalid', reader.place, `Expected ${expected} at character ${reader.at}, found ${found}.`);
}
