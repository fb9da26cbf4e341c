// Tokens to indices of a vocabulary, with bins for what it does not have.
import { hashBucket, type Salt } from './hash-values.ts';

export interface LookupOptions {
  readonly vocabulary: readonly string[];
  readonly oovIndices: number;
  /** The token that means nothing: index 0, where indices are asked for. */
  readonly maskToken: string | null;
  /** Whether indices are the output; otherwise the mask is left out and no index is kept for it. */
  readonly asIndices: boolean;
  readonly salt: Salt | null;
}

export type LookUp = (token: string) => number;

/** A function from tokens to indices; -1 stands for a mask that is left out. Throws RangeError for unknown tokens without a bin. */
export function tokenLookup(options: LookupOptions): LookUp {
  const known = lookUps.get(options) ?? makeLookUp(options);
  lookUps.set(options, known);
  return known;
}

/** A vocabulary is indexed once. */
const lookUps = new WeakMap<LookupOptions, LookUp>();

function makeLookUp({ vocabulary, oovIndices, maskToken, asIndices, salt }: LookupOptions): LookUp {
  const firstOov = maskToken !== null && asIndices ? 1 : 0;
  const indices = new Map(vocabulary.map((token, index) => [token, firstOov + oovIndices + index]));
  return (token) => {
    if (token === maskToken) return asIndices ? 0 : -1;
    const found = indices.get(token);
    if (found !== undefined) return found;
    if (oovIndices > 0) return firstOov + (oovIndices === 1 ? 0 : hashBucket(token, oovIndices, salt));
    throw new RangeError(
      `When \`num_oov_indices=0\` all inputs should be in vocabulary, found OOV values [${JSON.stringify(token)}], consider setting \`num_oov_indices=1\`.`,
    );
  };
}
