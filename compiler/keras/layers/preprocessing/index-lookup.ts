// The base of StringLookup and IntegerLookup: a vocabulary, given or learned, and the way from tokens to indices and back.
import { quote, RuntimeError, ValueError } from '../../../errors/index.ts';
import { type NDArray, ndarray } from '../../../ir/ndarray.ts';
import { HostLayer } from '../../engine/host-layer.ts';
import { type KerasDType, type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import type { LayerOptions } from '../../engine/layer.ts';
import { batchesOf } from './batches.ts';
import { checkLookupOptions, type LookupSettings } from './lookup-settings.ts';
import { type Token, VocabularyCounts } from './vocabulary-counts.ts';
import { readVocabularyFile } from './vocabulary-file.ts';

export interface IndexLookupOptions<T extends Token> extends LayerOptions {
  /** The largest size of the vocabulary, special tokens included. */
  readonly maxTokens?: number | null;
  /** Indices for tokens that the vocabulary does not have. Default 1; with more, a hash tells which. */
  readonly numOovIndices?: number;
  /** The token that means nothing; it gets index 0. */
  readonly maskToken?: T | null;
  /** What an index of an unknown token is turned into by `invert`. */
  readonly oovToken?: T | null;
  /** The tokens in order, or the path of a text file with one a line. */
  readonly vocabulary?: readonly T[] | string | null;
  /** A weight of each token, for `tf_idf`. */
  readonly idfWeights?: readonly number[] | null;
  /** Turns indices into tokens. */
  readonly invert?: boolean;
  /** `int` (default), `one_hot`, `multi_hot`, `count` or `tf_idf`. */
  readonly outputMode?: string;
  readonly sparse?: boolean;
  readonly padToMaxTokens?: boolean;
  readonly oovMethod?: string;
  readonly salt?: number | readonly number[] | null;
  /** In files: how large the vocabulary was. */
  readonly vocabularySize?: number | null;
  readonly hasInputVocabulary?: boolean;
}

export abstract class IndexLookup<T extends Token> extends HostLayer {
  readonly settings: LookupSettings<T>;
  /** The vocabulary as it was given, which configs hold; a learned one goes into a file beside the config. */
  readonly inputVocabulary: readonly T[] | null;
  readonly inputIdfWeights: readonly number[] | null;
  readonly #isStatic: boolean;
  #tokens: readonly T[] = [];
  #idfWeights: readonly number[] = [];
  #size: number | null;
  #counts = new VocabularyCounts();

  constructor(options: IndexLookupOptions<T>, defaultOov: T, isInteger: boolean) {
    super({ name: options.name });
    this.settings = checkLookupOptions(options, defaultOov, isInteger, this.constructor.name);
    const { vocabulary = null, idfWeights = null } = options;
    this.inputVocabulary = typeof vocabulary === 'string' ? null : vocabulary;
    this.inputIdfWeights = idfWeights;
    this.#isStatic = options.hasInputVocabulary ?? vocabulary !== null;
    this.#size = options.vocabularySize ?? null;
    if (this.settings.outputMode === 'tf_idf' && this.#isStatic && vocabulary !== null && idfWeights === null) {
      throw new ValueError(
        'When specifying the `vocabulary` argument, in TF-IDF output mode, the `idf_weights` argument must also be provided.',
        { code: 'idf-weights' },
      );
    }
    if (vocabulary !== null) this.setVocabulary(vocabulary, idfWeights);
  }

  /** Turns a line of a vocabulary file into a token. */
  protected abstract parseToken(line: string): T;

  /** The tokens of a batch, one list a document. */
  protected abstract documentsOf(data: unknown, isWhole: boolean): T[][];

  protected get tokens(): readonly T[] {
    return this.#tokens;
  }

  protected get idfWeights(): readonly number[] {
    return this.#idfWeights;
  }

  /** The number of categories of vectors. */
  protected get depth(): number {
    const { padToMaxTokens, maxTokens } = this.settings;
    return padToMaxTokens ? (maxTokens as number) : (this.#size ?? this.vocabularySize());
  }

  /** The index of the first token for what is unknown. */
  protected get firstOov(): number {
    return this.settings.maskToken !== null && this.settings.outputMode === 'int' ? 1 : 0;
  }

  protected get firstToken(): number {
    return this.firstOov + this.settings.numOovIndices;
  }

  /** The tokens by index; the special ones come first, unless they are left out. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): (T | null)[] {
    const { maskToken, oovToken, numOovIndices } = this.settings;
    const special = [...(this.firstOov === 1 ? [maskToken] : []), ...new Array<T | null>(numOovIndices).fill(oovToken)];
    return options.includeSpecialTokens === false ? [...this.#tokens] : [...special, ...this.#tokens];
  }

  /** The number of indices, special tokens included. */
  vocabularySize(): number {
    return this.firstToken + this.#tokens.length;
  }

  /** Takes the tokens, and for `tf_idf` their weights; or the path of a text file with one token a line. */
  setVocabulary(vocabulary: readonly T[] | string, idfWeights: readonly number[] | null = null): void {
    const { outputMode } = this.settings;
    if (outputMode === 'tf_idf' && idfWeights === null) {
      throw new ValueError("`idf_weights` must be set if output_mode is 'tf_idf'.", { code: 'idf-weights' });
    }
    if (outputMode !== 'tf_idf' && idfWeights !== null) {
      throw new ValueError(
        `\`idf_weights\` should only be set if output_mode is \`'tf_idf'\`. Received: output_mode=${outputMode} and idf_weights=${quote(idfWeights)}`,
        { code: 'idf-weights' },
      );
    }
    const given =
      typeof vocabulary === 'string' ? readVocabularyFile(vocabulary, outputMode).map((line) => this.parseToken(line)) : vocabulary;
    if (given.length === 0)
      throw new ValueError(`Cannot set an empty vocabulary. Received: vocabulary=${quote(given)}`, { code: 'vocabulary' });
    const special = this.getVocabulary().slice(0, this.firstToken);
    const hasSpecial = special.length > 0 && special.every((token, index) => token === given[index]);
    const tokens = hasSpecial ? given.slice(special.length) : given;
    this.#checkTokens(given, tokens, special);
    this.#record(tokens);
    if (idfWeights !== null) this.#setWeights(idfWeights, given.length, hasSpecial);
  }

  #checkTokens(given: readonly T[], tokens: readonly T[], special: readonly (T | null)[]): void {
    const { maskToken, oovToken, invert, maxTokens } = this.settings;
    const repeated = [...new Set(tokens.filter((token, index) => tokens.indexOf(token) !== index))];
    if (new Set(tokens).size !== tokens.length) {
      throw new ValueError(
        `The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated terms are: ${quote(repeated)}`,
        { code: 'vocabulary' },
      );
    }
    const refuseReserved = (kind: string, label: string, token: T): never => {
      throw new ValueError(
        `Found reserved ${kind} token at unexpected location in \`vocabulary\`. Note that passed \`vocabulary\` does not need to include the OOV and mask tokens. ` +
          `Either remove all mask and OOV tokens, or include them only at the start of the vocabulary in precisely this order: ${quote(special)}. ` +
          `Received: ${label}=${String(token)} at vocabulary index ${given.lastIndexOf(token)}`,
        { code: 'vocabulary' },
      );
    };
    if (maskToken !== null && tokens.includes(maskToken)) refuseReserved('mask', 'mask_token', maskToken);
    if (oovToken !== null && invert && tokens.includes(oovToken)) refuseReserved('OOV', 'oov_token', oovToken);
    const size = this.firstToken + tokens.length;
    if (maxTokens !== null && size > maxTokens) {
      throw new ValueError(
        `Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary size is ${size}; \`max_tokens\` is ${maxTokens}.`,
        { code: 'vocabulary' },
      );
    }
  }

  /** Keeps the tokens; vectors of a size that others have seen must not change it. */
  #record(tokens: readonly T[]): void {
    const size = this.firstToken + tokens.length;
    const { outputMode, padToMaxTokens } = this.settings;
    if (outputMode !== 'int' && !padToMaxTokens && this.#size !== null && this.#size !== size) {
      throw new RuntimeError(
        `When using \`output_mode=${outputMode}\` and \`pad_to_max_tokens=False\`, the vocabulary size cannot be changed after the layer is called. ` +
          `Old vocab size is ${this.#size}, new vocab size is ${size}`,
        { code: 'vocabulary' },
      );
    }
    this.#tokens = tokens;
    this.#size = size;
  }

  /** The weights of special tokens are the average of the others. */
  #setWeights(weights: readonly number[], expected: number, hasSpecial: boolean): void {
    if (weights.length !== expected) {
      throw new ValueError(
        `\`idf_weights\` must be the same length as vocabulary. len(idf_weights) is ${weights.length}; len(vocabulary) is ${expected}`,
        { code: 'idf-weights' },
      );
    }
    const { padToMaxTokens, maxTokens } = this.settings;
    const average = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    const front = hasSpecial ? [] : new Array<number>(this.firstToken).fill(average);
    const all = [...front, ...weights];
    const back = padToMaxTokens ? new Array<number>((maxTokens as number) - all.length).fill(0) : [];
    this.#idfWeights = [...all, ...back].map(Math.fround);
  }

  /** Learns the vocabulary: the most frequent tokens of the data (an array, or an iterable of batches). */
  adapt(data: unknown, options: { readonly steps?: number | null } = {}): void {
    this.resetState();
    for (const batch of batchesOf(data, options.steps)) this.#count(this.documentsOf(batch, batch === data));
    this.finalizeVocabulary();
  }

  /** Counts the tokens of a batch, for `finalizeVocabulary`. */
  updateState(data: unknown): void {
    this.#count(this.documentsOf(data, false));
  }

  /** Counts documents of tokens. */
  updateDocuments(documents: Iterable<readonly T[]>): void {
    this.#count(documents);
  }

  #count(documents: Iterable<readonly T[]>): void {
    if (this.#isStatic) {
      throw new ValueError(
        `Cannot adapt layer '${this.name}' after setting a static vocabulary via \`vocabulary\` argument or \`set_vocabulary()\` method.`,
        { code: 'adapt' },
      );
    }
    this.#counts.add(documents);
  }

  /** Makes the vocabulary of what was counted. */
  finalizeVocabulary(): void {
    if (this.#isStatic || this.#counts.isEmpty) return;
    const { maxTokens, maskToken, oovToken, outputMode } = this.settings;
    const atMost = maxTokens === null ? Number.POSITIVE_INFINITY : maxTokens - this.firstToken;
    const tokens = this.#counts.mostFrequent([maskToken, oovToken], atMost) as T[];
    this.#record(tokens);
    if (outputMode === 'tf_idf') {
      const weights = tokens.map((token) => this.#counts.inverseDocumentFrequency(token));
      this.#setWeights(weights, weights.length, false);
    }
    this.resetState();
  }

  /** Forgets what was counted. */
  resetState(): void {
    this.#counts = new VocabularyCounts();
  }

  /** Vectors need to know how many categories there are. */
  protected requireVocabulary(): void {
    const { outputMode, padToMaxTokens } = this.settings;
    if (outputMode !== 'int' && !padToMaxTokens && this.#size === null) {
      throw new RuntimeError(
        `When using \`output_mode=${outputMode}\` and \`pad_to_max_tokens=False\`, you must set the layer's vocabulary before calling it. ` +
          'Either pass a `vocabulary` argument to the layer, or call `adapt` with some sample data.',
        { code: 'vocabulary' },
      );
    }
    if (this.#tokens.length > 0) return;
    throw new RuntimeError('Table not initialized.', {
      code: 'vocabulary',
      where: `layer '${this.name}' (${this.className})`,
      cure: 'Pass a `vocabulary`, or call `adapt` with some data first.',
    });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const { outputMode } = this.settings;
    if (outputMode === 'int') return inputShape;
    const isColumn = inputShape.length > 1 && inputShape.at(-1) === 1;
    return [...(outputMode === 'one_hot' && !isColumn ? inputShape : inputShape.slice(0, -1)), this.depth];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    return new KerasTensor(this.computeOutputShape((args[0] as KerasTensor).shape), { dtype: this.outputDtype });
  }

  protected get outputDtype(): KerasDType {
    return this.settings.outputMode === 'tf_idf' ? 'float32' : 'int64';
  }

  /** What goes into weight files, under names of its own. */
  namedVariables(): ReadonlyMap<string, NDArray> {
    if (this.settings.outputMode !== 'tf_idf') return new Map();
    return new Map([['idf_weights', ndarray('float32', [this.#idfWeights.length], Float32Array.from(this.#idfWeights))]]);
  }

  loadNamedVariables(values: ReadonlyMap<string, NDArray>): void {
    const weights = values.get('idf_weights');
    if (weights) this.#idfWeights = Array.from(weights.data as Float32Array);
  }

  /** The learned vocabulary as a file; a given one stands in the config. */
  saveAssets(): ReadonlyMap<string, string> {
    if (this.inputVocabulary !== null) return new Map();
    return new Map([['vocabulary.txt', this.getVocabulary().map(String).join('\n')]]);
  }

  loadAssets(files: ReadonlyMap<string, string>): void {
    const text = files.get('vocabulary.txt');
    if (this.inputVocabulary !== null || text === undefined) return;
    const lines = text.split(/\r?\n/);
    while (lines.at(-1) === '') lines.pop();
    this.#record(lines.map((line) => this.parseToken(line)).slice(this.firstToken));
  }

  override getConfig(): Record<string, unknown> {
    const { settings } = this;
    return {
      ...super.getConfig(),
      ...settings,
      idfWeights: this.inputIdfWeights,
      vocabulary: this.inputVocabulary,
      vocabularySize: this.#size,
    };
  }
}
