// Where batches come from: the common form of arrays, iterables, generators and datasets.
import type { HostData } from './host-data.ts';

/** The data of one step on the host. */
export interface Batch {
  readonly x: HostData;
  readonly y?: HostData | undefined;
  readonly sampleWeight?: HostData | undefined;
}

export type BatchIterator = AsyncIterator<Batch> | Iterator<Batch>;

export interface BatchSource {
  /** How many batches a pass over the data gives; null if nobody knows. */
  readonly batches: number | null;
  /** A batch of the usual size, where it is known without reading any: programs can be compiled for it in advance. */
  readonly sample?: Batch | undefined;
  /** Begins pass number `pass` over the data; undefined where the data can be read only once and has been. */
  open(pass: number): BatchIterator | undefined;
  onEpochBegin?(): void;
  onEpochEnd?(): void;
}
