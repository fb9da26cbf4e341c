// The tables of the package vega-datasets: penguins, cars, weather, prices and others.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv, type Table, tableFromRecords } from '../../data/index.ts';
import { quote, ValueError } from '../../errors/index.ts';
import { packageFolder } from './package-folder.ts';

/**
 * A table of the package vega-datasets (npm install vega-datasets) by the name of its file.
 *
 * @example const { 'Species': species, ...features } = await datasets.vega.loadTable('penguins.json');
 */
export async function loadTable(file: string): Promise<Table> {
  if (!/^[\w-]+\.(csv|json)$/.test(file)) {
    throw new ValueError(`A table is named as its file, penguins.json or seattle-weather.csv. Received: ${quote(file)}`, {
      code: 'dataset-name',
    });
  }
  const path = join(packageFolder('vega-datasets'), 'data', file);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ValueError(`The package vega-datasets has no table ${quote(file)}.`, { code: 'dataset-name' });
  });
  return file.endsWith('.csv') ? parseCsv(text) : tableFromRecords(recordsOf(JSON.parse(text), file));
}

function recordsOf(value: unknown, file: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value) && value.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))) return value;
  throw new ValueError(`The file ${quote(file)} of vega-datasets is no table.`, { code: 'dataset-name' });
}
