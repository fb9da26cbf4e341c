// What `adapt` may be given: one array of data, or batches one after the other.

/** The batches of what was given, at most `steps`: arrays and tensors are one batch, other iterables one batch an item. */
export function* batchesOf(data: unknown, steps?: number | null): Generator<unknown> {
  const isIterable = typeof data === 'object' && data !== null && Symbol.iterator in data;
  if (!isIterable || Array.isArray(data) || ArrayBuffer.isView(data)) {
    yield data;
    return;
  }
  let count = 0;
  for (const batch of data as Iterable<unknown>) {
    if (steps !== undefined && steps !== null && count++ >= steps) return;
    yield batch;
  }
}
