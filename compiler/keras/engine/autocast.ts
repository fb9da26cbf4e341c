// The dtype in which variables are read: set by a layer of mixed precision while its `call` runs.
import type { DType } from '../../ir/dtype.ts';

let current: DType | undefined;

export const currentAutocast = (): DType | undefined => current;

/** Runs `body` with variables of floating point read as `dtype`; undefined reads them as they are. */
export function withAutocast<T>(dtype: DType | undefined, body: () => T): T {
  const former = current;
  current = dtype;
  try {
    return body();
  } finally {
    current = former;
  }
}
