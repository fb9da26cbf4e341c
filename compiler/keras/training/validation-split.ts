// Puts the last rows of arrays aside for validation.
import { ValueError } from '../../errors/index.ts';
import { countRows, selectRows } from './array-batches.ts';
import type { Batch } from './batch-source.ts';

/** The first rows, and the last `share` of them. */
export function splitForValidation(data: Batch, share: number): { readonly training: Batch; readonly validation: Batch } {
  const rows = countRows(data);
  const at = Math.floor(rows * (1 - share));
  if (at > 0 && at < rows) return { training: selectRows(data, 0, at), validation: selectRows(data, at, rows) };
  throw new ValueError(
    `Training data contains ${rows} samples, which is not sufficient to split it into a validation and training set as specified by ` +
      `\`validation_split=${share}\`. Either provide more data, or a different value for the \`validation_split\` argument.`,
    { code: 'validation-split' },
  );
}
