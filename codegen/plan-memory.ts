// Memory planning: scratch buffers share one arena, each from its first writer to its last reader.

/** Something that needs memory for a while. Positions count calls in program order. */
export interface Lifetime {
  readonly id: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface MemoryPlan {
  /** Start of each item in the arena, by id. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
}

export const ALIGNMENT = 64;
export const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Places the largest items first, each at the lowest address where it meets no other item alive at the same time
 * (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020: greedy by size).
 */
export function planMemory(lifetimes: readonly Lifetime[]): MemoryPlan {
  const offsets = new Map<number, number>();
  const placed: (Lifetime & { readonly offset: number })[] = [];
  let bytes = 0;
  for (const item of [...lifetimes].sort((a, b) => b.bytes - a.bytes || a.first - b.first || a.id - b.id)) {
    const rivals = placed.filter((other) => other.first <= item.last && item.first <= other.last).sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + align(item.bytes) <= rival.offset) break;
      offset = Math.max(offset, rival.offset + align(rival.bytes));
    }
    placed.push({ ...item, offset });
    offsets.set(item.id, offset);
    bytes = Math.max(bytes, offset + align(item.bytes));
  }
  return { offsets, bytes };
}
