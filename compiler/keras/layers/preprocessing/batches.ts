// What `adapt` may be given: one array of data, or batches one after the other.

/** The batches of what was given, at most `steps`: arrays of numbers or strings and tensors are one batch, lists of tensors and other iterables one batch an item. */
export function* batchesOf(data: unknown, steps?: number | null): Generator<unknown> {
  const isIterable = typeof data === 'object' && data !== null && Symbol.iterator in data;
  const isListOfTensors = Array.isArray(data) && typeof data[0] === 'object' && data[0] !== null && 'shape' in data[0];
  if (!isIterable || (Array.isArray(data) && !isListOfTensors) || ArrayBuffer.isView(data)) {
    yield data;
    return;
  }
  let count = 0;
  for (const batch of data as Iterable<unknown>) {
    if (steps !== undefined && steps !== null && count++ >= steps) return;
    yield batch;
  }
}
