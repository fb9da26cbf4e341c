// The error classes a user meets: Python's names where Keras raises them, each with a stable code.

/** What an error says besides its message: a stable code and where in the user's model it arose. */
export interface ErrorDetails {
  /** Stable identifier, listed in the area's `codes.ts` with cause and fix, for example `shape-mismatch`. */
  readonly code?: string;
  /** The layer, file or operation concerned, as a user would name it. */
  readonly where?: string;
  /** What to do about it. */
  readonly cure?: string;
  readonly cause?: unknown;
}

function compose(message: string, details: ErrorDetails): string {
  const lines = [details.where ? `${message}\n  in ${details.where}` : message];
  if (details.cure) lines.push(`  ${details.cure}`);
  return lines.join('\n');
}

/** A value that Keras would refuse with `ValueError`: right type, wrong content. */
export class ValueError extends Error {
  override readonly name: string = 'ValueError';
  readonly code: string;
  constructor(message: string, details: ErrorDetails = {}) {
    super(compose(message, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code ?? 'value';
  }
}

/** A file that is broken, hostile or not what it claims to be. */
export class FormatError extends ValueError {
  override readonly name: string = 'FormatError';
}

/** A thing that exists in Keras and that kerasc does not do, named before any work starts. */
export class UnsupportedError extends ValueError {
  override readonly name: string = 'UnsupportedError';
}

/** Python's IndexError (`Sequential.pop` on an empty model). */
export class IndexError extends ValueError {
  override readonly name: string = 'IndexError';
}

/** Python's KeyError, where Keras raises it. */
export class KeyError extends ValueError {
  override readonly name: string = 'KeyError';
}

/** Python's AttributeError, where Keras raises it. */
export class AttributeError extends ValueError {
  override readonly name: string = 'AttributeError';
}

/** Python's RuntimeError, where Keras raises it. */
export class RuntimeError extends ValueError {
  override readonly name: string = 'RuntimeError';
}

/** Python's NotImplementedError, where Keras raises it. */
export class NotImplementedError extends ValueError {
  override readonly name: string = 'NotImplementedError';
}

/** Fails with a request to report: only our own mistake can bring a program here. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`kerasc bug: ${message}; please report it with the command that shows it`);
}

/** A value as it may stand in a message: quoted if text, without control characters, at most 200 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : inspectValue(value);
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
  return clean.length > 200 ? `${clean.slice(0, 197)}...` : clean;
}

function inspectValue(value: unknown): string {
  if (typeof value === 'bigint') return `${value}`;
  if (value === undefined) return 'undefined';
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** A shape as Keras prints it: `(None, 28, 28, 1)`, `(3,)`. */
export function formatShape(shape: readonly (number | null)[]): string {
  const parts = shape.map((dim) => (dim === null ? 'None' : String(dim)));
  return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
}
