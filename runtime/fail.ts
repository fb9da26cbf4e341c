// Errors of the runtime: short sentences that say what is wrong and what to do.

export function fail(message: string, cause?: unknown): never {
  throw new Error(message, { cause });
}

/** A value as it may stand in a message: one line of at most 100 characters. */
export function quote(value: unknown): string {
  // JSON leaves these as they are, and a terminal might obey them.
  const text = (typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value))).replace(
    /[\u007f-\u009f\u2028-\u202e]/g,
    '?',
  );
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
