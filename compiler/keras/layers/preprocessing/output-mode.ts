// How layers of categories give their result, and the checks of the arguments that say it.

import type { OutputMode } from '../../../../runtime/preprocessing/index.ts';
import { UnsupportedError, ValueError } from '../../../errors/index.ts';

export type { OutputMode } from '../../../../runtime/preprocessing/index.ts';

/** Keras's check of an argument that must be one of some strings. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], caller: string, argument: string): T {
  if (allowed.includes(value as T)) return value as T;
  const list = allowed.map((each) => `'${each}'`).join(', ');
  throw new ValueError(
    `Unknown value for \`${argument}\` argument of ${caller}. Allowed values are: (${list}). Received: ${argument}=${String(value)}`,
    { code: 'arguments' },
  );
}

/** The output mode; `binary` and `tf-idf` are old names. */
export function outputModeOf<T extends OutputMode>(mode: string, allowed: readonly T[], caller: string): T {
  const current = mode === 'binary' ? 'multi_hot' : mode === 'tf-idf' ? 'tf_idf' : mode;
  return oneOf(current, allowed, caller, 'output_mode');
}

/** A salt as two numbers. */
export function saltOf(salt: unknown, caller: string): readonly [number, number] | null {
  if (salt === null || salt === undefined) return null;
  if (typeof salt === 'number') return [salt, salt];
  if (Array.isArray(salt) && salt.length === 2) return [Number(salt[0]), Number(salt[1])];
  throw new ValueError(
    `The \`salt\` argument for \`${caller}\` can only be a tuple of size 2 integers, or a single integer. Received: salt=${String(salt)}.`,
    { code: 'salt' },
  );
}

/** Refuses sparse results where they are asked for: kerasc has dense tensors alone. */
export function refuseSparse(sparse: boolean, where: string): void {
  if (!sparse) return;
  throw new UnsupportedError(
    'Attempt to convert a value (a SparseTensor of indices, values and a dense shape) with an unsupported type to a Tensor: kerasc has dense tensors alone.',
    {
      code: 'sparse',
      where,
      cure: 'Set sparse: false. The values are the same.',
    },
  );
}
