// Tables in text files: columns of numbers and columns of words.
import { readFile } from 'node:fs/promises';
import Papa from 'papaparse';
import { FormatError, quote, ValueError } from '../errors/index.ts';
import { type Table, toColumn } from './table.ts';

export interface CsvOptions {
  /** Whether the first row names the columns. Default true; otherwise they are called `0`, `1`, ... */
  readonly header?: boolean;
  /** Names in place of those of the header. */
  readonly columnNames?: readonly string[];
  /** Only these columns. */
  readonly selectColumns?: readonly string[];
  /** Default: found out. */
  readonly delimiter?: string;
  /** Cells that stand for no value, besides empty ones. Default `NA`, `NaN`, `null` and `?`. */
  readonly naValues?: readonly string[];
}

const NO_VALUE: readonly string[] = ['NA', 'NaN', 'nan', 'null', '?'];

/**
 * Reads a CSV file, or any other with a delimiter.
 *
 * @example
 * const { species, ...features } = await data.readCsv('iris.csv');
 * const dataset = data.Dataset.fromTensorSlices([features, species]).batch(16);
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  return parseCsv(await readFile(path, 'utf8'), options);
}

/** As `readCsv`, from the text itself. */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  const { header = true, naValues = NO_VALUE } = options;
  const { data, errors } = Papa.parse(text.replace(/^\uFEFF/, ''), { delimiter: options.delimiter ?? '', skipEmptyLines: 'greedy' });
  // A file of one column has no delimiter to be found.
  const serious = errors.find(({ message }) => !message.startsWith('Unable to auto-detect'));
  if (serious) throw new FormatError(`The CSV file is broken in row ${(serious.row ?? 0) + 1}: ${serious.message}`, { code: 'csv' });
  const names = namesOf(data, header, options.columnNames);
  const rows = header ? data.slice(1) : data;
  requireWidth(rows, names.length, header);
  const missing = new Set(['', ...naValues]);
  const columns = names.map(
    (name, column) =>
      [
        name,
        toColumn(
          rows.map((row) => row[column] as string),
          missing,
        ),
      ] as const,
  );
  return select(Object.fromEntries(columns), options.selectColumns);
}

function namesOf(data: readonly (readonly string[])[], header: boolean, given: readonly string[] | undefined): readonly string[] {
  const first = data[0] ?? [];
  const names = given ?? (header ? first.map((name) => name.trim()) : first.map((_, index) => String(index)));
  if (new Set(names).size === names.length && names.length >= first.length) return names;
  throw new ValueError(`Each of the ${first.length} columns needs a name of its own. Received: ${quote(names)}`, { code: 'csv' });
}

function requireWidth(rows: readonly (readonly string[])[], width: number, header: boolean): void {
  const wrong = rows.findIndex(({ length }) => length !== width);
  if (wrong < 0) return;
  const row = wrong + (header ? 2 : 1);
  throw new FormatError(`Row ${row} of the CSV file has ${(rows[wrong] as readonly string[]).length} cells, expected ${width}.`, {
    code: 'csv',
  });
}

function select(table: Table, names: readonly string[] | undefined): Table {
  if (!names) return table;
  const unknown = names.filter((name) => !(name in table));
  if (unknown.length > 0) {
    throw new ValueError(`There are no columns ${unknown.map(quote).join(', ')}. Columns: ${Object.keys(table).map(quote).join(', ')}`, {
      code: 'csv',
    });
  }
  return Object.fromEntries(names.map((name) => [name, table[name] as Table[string]]));
}
