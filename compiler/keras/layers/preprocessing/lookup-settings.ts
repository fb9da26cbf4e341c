// The settings of lookup layers, and their checks.
import { quote, ValueError } from '../../../errors/index.ts';
import type { IndexLookupOptions } from './index-lookup.ts';
import { type OutputMode, oneOf, outputModeOf, saltOf } from './output-mode.ts';
import type { Token } from './vocabulary-counts.ts';

export interface LookupSettings<T extends Token> {
  readonly invert: boolean;
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly oovToken: T | null;
  readonly maskToken: T | null;
  readonly outputMode: OutputMode;
  readonly sparse: boolean;
  readonly padToMaxTokens: boolean;
  readonly oovMethod: 'floormod' | 'farmhash';
  readonly salt: readonly [number, number] | null;
}

const MODES: readonly OutputMode[] = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'];

/** The settings that options stand for. Throws ValueError for what cannot be. */
export function checkLookupOptions<T extends Token>(
  options: IndexLookupOptions<T>,
  defaultOov: T,
  isInteger: boolean,
  caller: string,
): LookupSettings<T> {
  const { maxTokens = null, numOovIndices = 1, maskToken = null, invert = false, sparse = false, padToMaxTokens = false } = options;
  if (maxTokens !== null && maxTokens <= 1) {
    const message = isInteger
      ? `If \`max_tokens\` is set for \`IntegerLookup\`, it must be greater than 1. Received: max_tokens=${maxTokens}`
      : `If set, \`max_tokens\` must be greater than 1. Received: max_tokens=${maxTokens}`;
    refuse(message);
  }
  if (padToMaxTokens && maxTokens === null) refuse(`If pad_to_max_tokens is True, must set \`max_tokens\`. Received: max_tokens=None`);
  if (numOovIndices < 0) {
    const message = isInteger
      ? `The value of \`num_oov_indices\` argument for \`IntegerLookup\` must >= 0. Received: num_oov_indices=${numOovIndices}`
      : `\`num_oov_indices\` must be greater than or equal to 0. Received: num_oov_indices=${numOovIndices}`;
    refuse(message);
  }
  const oovMethod = oneOf(options.oovMethod ?? 'floormod', ['floormod', 'farmhash'], caller, 'oov_method');
  const salt = saltOf(options.salt, 'IndexLookup');
  if (salt !== null && isInteger && oovMethod !== 'farmhash') {
    refuse(`\`salt\` can only be used when \`oov_method='farmhash'\`. Received: oov_method=${oovMethod}`);
  }
  const outputMode = outputModeOf(options.outputMode ?? 'int', MODES, caller);
  if (invert && outputMode !== 'int')
    refuse(`\`output_mode\` must be \`'int'\` when \`invert\` is true. Received: output_mode=${outputMode}`);
  if (sparse && outputMode === 'int') {
    refuse(
      `\`sparse\` may only be true if \`output_mode\` is \`'one_hot'\`, \`'multi_hot'\`, \`'count'\` or \`'tf_idf'\`. Received: sparse=${sparse} and output_mode=${outputMode}`,
    );
  }
  const weights = options.idfWeights ?? null;
  if (weights !== null && outputMode !== 'tf_idf') {
    refuse(
      `\`idf_weights\` should only be set if \`output_mode\` is \`'tf_idf'\`. Received: idf_weights=${quote(weights)} and output_mode=${outputMode}`,
    );
  }
  const oovToken = options.oovToken === undefined ? defaultOov : options.oovToken;
  return { invert, maxTokens, numOovIndices, oovToken, maskToken, outputMode, sparse, padToMaxTokens, oovMethod, salt };
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'lookup' });
}
