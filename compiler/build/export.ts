// `keras.export`.
export { type EndpointOptions, ExportArchive, type WriteOutOptions } from './export-archive.ts';
