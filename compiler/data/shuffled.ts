// A random order that needs no more than a buffer of elements.
import { hostRandom } from '../keras/engine/default-seed.ts';

/** Fills a buffer, then gives a random element of it and puts the next one in its place. */
export async function* shuffled<T>(source: AsyncIterable<T> | Iterable<T>, bufferSize: number, seed: number): AsyncGenerator<T> {
  const random = hostRandom(seed);
  const buffer: T[] = [];
  for await (const element of source) {
    if (buffer.length < bufferSize) {
      buffer.push(element);
      continue;
    }
    const chosen = Math.floor(random() * buffer.length);
    yield buffer[chosen] as T;
    buffer[chosen] = element;
  }
  while (buffer.length > 0) {
    const chosen = Math.floor(random() * buffer.length);
    yield buffer[chosen] as T;
    buffer[chosen] = buffer.at(-1) as T;
    buffer.pop();
  }
}
