// Tables: columns of numbers and columns of words, by what stands in their cells.
import { StringTensor } from '../keras/engine/string-tensor.ts';
import { type Tensor, tensorOf } from '../trace/tensor.ts';

/** Columns by name, (rows,): int32, float32 (NaN for no value), or strings. */
export type Table = Readonly<Record<string, Tensor | StringTensor>>;

/** A table of objects with the same keys; null and what is missing stands for no value. */
export function tableFromRecords(records: readonly Readonly<Record<string, unknown>>[]): Table {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const missing = new Set(['']);
  return Object.fromEntries(
    names.map((name) => {
      const cells = records.map((record) => String(record[name] ?? ''));
      return [name, toColumn(cells, missing)];
    }),
  );
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(inf|infinity)$/i;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** The column of these cells: numbers if all that are not missing are numbers. */
export function toColumn(cells: readonly string[], missing: ReadonlySet<string>): Tensor | StringTensor {
  const trimmed = cells.map((cell) => cell.trim());
  const isMissing = trimmed.map((cell) => missing.has(cell));
  const isNumeric = trimmed.every((cell, row) => isMissing[row] || NUMBER.test(cell)) && isMissing.includes(false);
  if (!isNumeric) return new StringTensor([cells.length], cells);
  const numbers = trimmed.map((cell, row) => (isMissing[row] ? Number.NaN : Number(cell.replace(/inf(inity)?/i, 'Infinity'))));
  const isWhole = trimmed.every((cell, row) => /^[+-]?\d+$/.test(cell) && Math.abs(numbers[row] as number) <= LARGEST_INTEGER);
  return isWhole
    ? tensorOf('int32', [cells.length], Int32Array.from(numbers))
    : tensorOf('float32', [cells.length], Float32Array.from(numbers));
}
