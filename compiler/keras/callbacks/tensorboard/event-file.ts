// A file of events, in the place and under the name that TensorBoard looks for.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Message } from './proto.ts';
import { toRecord } from './record.ts';
import { graphEvent, type Summary, summaryEvent, versionEvent } from './summaries.ts';

let count = 0;

export class EventFile {
  readonly #file: number;
  readonly #now: () => number;

  /** @param now seconds since 1970 */
  constructor(folder: string, now: () => number = () => Date.now() / 1000) {
    mkdirSync(folder, { recursive: true });
    this.#now = now;
    const name = `events.out.tfevents.${Math.floor(now())}.${hostname()}.${process.pid}.${count++}.v2`;
    this.#file = openSync(join(folder, name), 'w');
    this.#write(versionEvent(now()));
  }

  writeSummary(summary: Summary, step: number): void {
    this.#write(summaryEvent(summary, step, this.#now()));
  }

  writeGraph(graph: Message): void {
    this.#write(graphEvent(graph, this.#now()));
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(event: Uint8Array): void {
    writeSync(this.#file, toRecord(event));
  }
}
