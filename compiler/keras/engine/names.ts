// Automatic names: `dense`, `dense_1`, ... counted per kind, as Keras counts them.

const counts = new Map<string, number>();

/** Keras's snake case: `Conv2DTranspose` -> `conv2d_transpose`, `MaxPooling2D` -> `max_pooling2d`. */
export function toSnakeCase(name: string): string {
  const plain = name.replace(/\W+/g, '');
  return plain
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The next name of the kind: the prefix itself, then with `_1`, `_2`, ... */
export function autoName(prefix: string): string {
  const count = counts.get(prefix) ?? 0;
  counts.set(prefix, count + 1);
  return count === 0 ? prefix : `${prefix}_${count}`;
}

const uids = new Map<string, number>();

/** A number for this prefix that was not given before: 1, 2, ... */
export function getUid(prefix = ''): number {
  const uid = (uids.get(prefix) ?? 0) + 1;
  uids.set(prefix, uid);
  return uid;
}

/** Starts automatic names over, as `keras.utils.clear_session`. */
export function clearSession(): void {
  counts.clear();
  uids.clear();
}
