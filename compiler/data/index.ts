// Data for training: pipelines and tables.
export {
  type BatchOptions,
  Dataset,
  type ElementOf,
  INFINITE_CARDINALITY,
  type ShuffleOptions,
  UNKNOWN_CARDINALITY,
} from './dataset.ts';
export type { Tensors } from './elements.ts';
export { type CsvOptions, parseCsv, readCsv } from './read-csv.ts';
export { type Table, tableFromRecords } from './table.ts';
