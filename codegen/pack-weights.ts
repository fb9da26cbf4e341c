// Collects the weights of a module: each in the form that its kernels read, once, aligned to cache lines.
import { align } from './plan-memory.ts';
import type { Packing } from './schedule/scheduled.ts';
import type { Buffer } from './stage/stage.ts';

export class WeightPacker {
  readonly #offsets = new Map<ArrayBufferView, Map<string, number>>();
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  /** Byte offset of the weight as it is, row-major. */
  plain(buffer: Buffer): number {
    return this.#place(buffer, '', (data) => data);
  }

  /** Byte offset of the weight rearranged. */
  packed(buffer: Buffer, packing: Packing): number {
    return this.#place(buffer, packing.key, (data) => {
      if (!(data instanceof Float32Array)) throw new Error(`kerasc bug: ${buffer.name} of ${buffer.type} cannot be packed`);
      return packing.pack(data);
    });
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let offset = 0;
    for (const piece of this.#pieces) {
      all.set(piece, offset);
      offset += align(piece.byteLength);
    }
    return all;
  }

  #place(buffer: Buffer, key: string, arrange: (data: ArrayBufferView) => ArrayBufferView): number {
    const { data } = buffer;
    if (!data) throw new Error(`kerasc bug: the weight ${buffer.name} has no data`);
    const known = this.#offsets.get(data) ?? new Map<string, number>();
    this.#offsets.set(data, known);
    const found = known.get(key);
    if (found !== undefined) return found;
    const offset = this.#size;
    const { buffer: memory, byteOffset, byteLength } = arrange(data);
    this.#pieces.push(new Uint8Array(memory, byteOffset, byteLength));
    this.#size += align(byteLength);
    known.set(key, offset);
    return offset;
  }
}
