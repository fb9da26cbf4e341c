// Writes what every epoch reported to a CSV file.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Callback, type Logs } from './callback.ts';
import { formatPython } from './format-python.ts';

export interface CSVLoggerOptions {
  /** Default a comma. */
  readonly separator?: string;
  /** Whether to go on with an existing file. Default false. */
  readonly append?: boolean;
}

/** @example new CSVLogger('training.csv') */
export class CSVLogger extends Callback {
  readonly filename: string;
  readonly separator: string;
  readonly append: boolean;
  #file: number | undefined;
  #keys: readonly string[] | undefined;
  #needsHeader = true;

  constructor(filename: string, { separator = ',', append = false }: CSVLoggerOptions = {}) {
    super();
    this.filename = filename;
    this.separator = separator;
    this.append = append;
  }

  override onTrainBegin(): void {
    this.#close();
    this.#needsHeader = !(this.append && existsSync(this.filename) && readFileSync(this.filename, 'utf8').length > 0);
    this.#file = openSync(this.filename, this.append ? 'a' : 'w');
    this.#keys = undefined;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    if (!this.#keys) {
      this.#keys = columnsOf(logs);
      if (this.#needsHeader) this.#write(['epoch', ...this.#keys]);
    }
    this.#write([String(epoch), ...this.#keys.map((key) => formatCell(logs[key]))]);
  }

  override onTrainEnd(): void {
    this.#close();
  }

  #write(cells: readonly string[]): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, `${cells.map((cell) => this.#quoteCell(cell)).join(this.separator)}\r\n`);
  }

  #quoteCell(cell: string): string {
    const isPlain = !/["\r\n]/.test(cell) && !cell.includes(this.separator);
    return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Validation may come later than the first epoch: its columns are there from the beginning. */
function columnsOf(logs: Logs): string[] {
  const keys = Object.keys(logs).sort();
  return keys.some((key) => key.startsWith('val_')) ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
}

/** A vector stands in brackets and in quotation marks, as Keras writes it. */
function formatCell(value: unknown): string {
  if (value === undefined) return 'NA';
  return Array.isArray(value) ? `"[${value.map((item) => formatPython(Number(item))).join(', ')}]"` : formatPython(Number(value));
}
