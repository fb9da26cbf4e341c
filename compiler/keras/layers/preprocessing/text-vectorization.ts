// Text to indices or vectors of a vocabulary: standardized, split into tokens, looked up.
import {
  encodeCategories,
  type HostArray,
  type HostStep,
  lookUpRows,
  type StringArray,
  type TextStep,
  type TokenOptions,
  tokenize,
} from '../../../../runtime/preprocessing/index.ts';
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { type NDArray, ndarray } from '../../../ir/ndarray.ts';
import { HostLayer } from '../../engine/host-layer.ts';
import { type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import type { LayerOptions } from '../../engine/layer.ts';
import { RaggedTensor } from '../../engine/ragged-tensor.ts';
import { type NestedStrings, type StringTensor, toStringTensor } from '../../engine/string-tensor.ts';
import { isPlainObject } from '../../engine/structure.ts';
import { batchesOf } from './batches.ts';
import { type OutputMode, oneOf, outputModeOf } from './output-mode.ts';
import { StringLookup } from './string-lookup.ts';

export interface TextVectorizationOptions extends LayerOptions {
  readonly maxTokens?: number | null;
  /** `lower_and_strip_punctuation` (default), `lower`, `strip_punctuation`, null, or a function of your own. */
  readonly standardize?: string | null | ((text: string) => string);
  /** `whitespace` (default), `character`, null, or a function of your own. */
  readonly split?: string | null | ((text: string) => readonly string[]);
  /** The longest n-grams to make besides single tokens, or a list of their widths. */
  readonly ngrams?: number | readonly number[] | null;
  /** `int` (default), `one_hot`, `multi_hot`, `count` or `tf_idf`. */
  readonly outputMode?: string;
  /** Indices in a row; by default as many as the longest row has. */
  readonly outputSequenceLength?: number | null;
  readonly padToMaxTokens?: boolean;
  readonly vocabulary?: readonly string[] | string | null;
  readonly idfWeights?: readonly number[] | null;
  readonly sparse?: boolean;
  /** Gives rows of different lengths, a RaggedTensor, in place of padded ones. */
  readonly ragged?: boolean;
  readonly encoding?: string;
  readonly vocabularySize?: number | null;
  readonly hasInputVocabulary?: boolean;
}

const STANDARDIZE = ['lower_and_strip_punctuation', 'lower', 'strip_punctuation'] as const;
const SPLIT = ['whitespace', 'character'] as const;

/**
 * Texts (batch) or (batch, 1) -> indices of tokens (batch, length) in int64, or one vector of tokens a text.
 *
 * @example
 * const layer = new layers.TextVectorization({ outputSequenceLength: 4 });
 * layer.adapt(['the quick fox', 'the lazy dog']);
 * layer(['the fox']); // [[2, 4, 0, 0]]
 */
export class TextVectorization extends HostLayer {
  readonly standardize: TokenOptions['standardize'];
  readonly split: TokenOptions['split'];
  readonly ngrams: number | readonly number[] | null;
  readonly outputMode: OutputMode;
  readonly outputSequenceLength: number | null;
  readonly ragged: boolean;
  readonly encoding: string;
  /** Named as in Keras: files say `_lookup_layer`. */
  readonly _lookupLayer: StringLookup;

  constructor(options: TextVectorizationOptions = {}) {
    super({ name: options.name, dtype: options.dtype, trainable: options.trainable });
    const { standardize = 'lower_and_strip_punctuation', split = 'whitespace', ngrams = null, ragged = false } = options;
    const caller = 'TextVectorization';
    this.standardize = typeof standardize === 'string' ? oneOf(standardize, STANDARDIZE, caller, 'standardize') : standardize;
    this.split = typeof split === 'string' ? oneOf(split, SPLIT, caller, 'split') : split;
    this.outputMode = outputModeOf(options.outputMode ?? 'int', ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'], caller);
    this.outputSequenceLength = options.outputSequenceLength ?? null;
    this.ngrams = ngrams;
    this.ragged = ragged;
    this.encoding = options.encoding ?? 'utf-8';
    this.#check();
    const { maxTokens, vocabulary, idfWeights, padToMaxTokens, sparse, encoding, hasInputVocabulary, vocabularySize } = options;
    this._lookupLayer = new StringLookup({
      ...withoutUndefined({ maxTokens, vocabulary, idfWeights, padToMaxTokens, sparse, encoding, hasInputVocabulary }),
      // A file says how many tokens an empty vocabulary has; only vectors need to know.
      ...(this.outputMode !== 'int' && vocabularySize !== undefined && { vocabularySize: this.#learnedSize(options) }),
      maskToken: '',
      outputMode: this.outputMode,
    });
  }

  /** Before `adapt` a config counts the special tokens alone. */
  #learnedSize({ vocabularySize = null }: TextVectorizationOptions): number | null {
    return vocabularySize !== null && vocabularySize > 1 ? vocabularySize : null;
  }

  #check(): void {
    const { ngrams, outputMode, outputSequenceLength: length, ragged } = this;
    const isWhole = (value: unknown): boolean => Number.isInteger(value);
    if (ngrams !== null && !isWhole(ngrams) && !(Array.isArray(ngrams) && ngrams.every(isWhole))) {
      refuse(`\`ngrams\` must be None, an integer, or a tuple of integers. Received: ngrams=${quote(ngrams)}`);
    }
    if (outputMode === 'int' && length !== null && !isWhole(length)) {
      refuse(
        `\`output_sequence_length\` must be either None or an integer when \`output_mode\` is 'int'. Received: output_sequence_length=${quote(length)}`,
      );
    }
    if (outputMode !== 'int' && length !== null) {
      refuse(
        `\`output_sequence_length\` must not be set if \`output_mode\` is not 'int'. Received output_sequence_length=${quote(length)}.`,
      );
    }
    if (ragged && outputMode !== 'int') {
      refuse(`\`ragged\` must not be true if \`output_mode\` is \`'int'\`. Received: ragged=True and output_mode=${outputMode}`);
    }
  }

  override get isHostOnly(): boolean {
    return true;
  }

  get #tokenOptions(): TokenOptions {
    const { ngrams } = this;
    const widths = typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, index) => index + 1) : ngrams;
    return { standardize: this.standardize, split: this.split, ngrams: widths };
  }

  override hostStep(): TextStep & HostStep {
    const { kind: _kind, ...table } = this._lookupLayer.hostStep() as Extract<HostStep, { readonly kind: 'lookup' }>;
    return { kind: 'text', tokens: this.#tokenOptions, length: this.outputSequenceLength, ...table };
  }

  override invoke(...args: readonly unknown[]): unknown {
    const inputs = this.prepareInputs(args[0], false);
    const isRagged = this.ragged || (this.outputMode === 'one_hot' && this.split !== null);
    return isRagged && !(inputs instanceof KerasTensor) ? this.#raggedRows(inputs as StringTensor) : super.invoke(inputs, ...args.slice(1));
  }

  /** Rows of indices, or of one-hot vectors, as long as they come. */
  #raggedRows(texts: StringTensor): RaggedTensor {
    const step = this.hostStep();
    const length = this.outputSequenceLength ?? Number.POSITIVE_INFINITY;
    const rows = lookUpRows(tokenize(texts, step.tokens), step).map((row) => row.slice(0, length));
    const indices = rows.flat();
    const values: HostArray =
      step.mode === 'int'
        ? ndarray('int64', [indices.length], BigInt64Array.from(indices, BigInt))
        : encodeCategories(indices, [indices.length], { mode: 'one_hot', depth: step.depth, dtype: 'int64' });
    return new RaggedTensor(
      values as NDArray,
      rows.map((row) => row.length),
    );
  }

  /** Learns the vocabulary from texts: an array of them, or an iterable of batches. */
  adapt(data: unknown, options: { readonly batchSize?: number | null; readonly steps?: number | null } = {}): void {
    this.resetState();
    for (const batch of batchesOf(data, options.steps)) this.updateState(batch);
    this.finalizeVocabulary();
  }

  /** Counts the tokens of a batch of texts. */
  updateState(data: unknown): void {
    const texts: StringArray = toStringTensor(data as StringTensor | NestedStrings);
    this._lookupLayer.updateDocuments(tokenize(texts, this.#tokenOptions).rows);
  }

  /** Makes the vocabulary of what was counted. */
  finalizeVocabulary(): void {
    this._lookupLayer.finalizeVocabulary();
  }

  resetState(): void {
    this._lookupLayer.resetState();
  }

  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): (string | null)[] {
    return this._lookupLayer.getVocabulary(options);
  }

  vocabularySize(): number {
    return this._lookupLayer.vocabularySize();
  }

  setVocabulary(vocabulary: readonly string[] | string, idfWeights: readonly number[] | null = null): void {
    this._lookupLayer.setVocabulary(vocabulary, idfWeights);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    if (this.outputMode === 'int') return [inputShape[0] ?? null, this.outputSequenceLength];
    const tokens = this.split === null ? (inputShape.length <= 1 ? [...inputShape, 1] : inputShape) : this.#splitShape(inputShape);
    return this._lookupLayer.computeOutputShape(tokens);
  }

  /** Of a column of texts each becomes a row of tokens. */
  #splitShape(shape: KerasShape): KerasShape {
    if (shape.length > 1 && shape.at(-1) !== 1) {
      refuse(
        'When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape dimension must be 1. ' +
          `Received: inputs.shape=${formatShape(shape)} with rank=${shape.length}`,
      );
    }
    return [...(shape.length > 1 ? shape.slice(0, -1) : shape), null];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    const dtype = this.outputMode === 'tf_idf' ? 'float32' : 'int64';
    return new KerasTensor(this.computeOutputShape((args[0] as KerasTensor).shape), { dtype });
  }

  namedVariables(): ReadonlyMap<string, NDArray> {
    return this._lookupLayer.namedVariables();
  }

  loadNamedVariables(values: ReadonlyMap<string, NDArray>): void {
    this._lookupLayer.loadNamedVariables(values);
  }

  saveAssets(): ReadonlyMap<string, string> {
    return this._lookupLayer.saveAssets();
  }

  loadAssets(files: ReadonlyMap<string, string>): void {
    this._lookupLayer.loadAssets(files);
  }

  override getConfig(): Record<string, unknown> {
    const { standardize, split, ngrams, outputMode, outputSequenceLength, ragged, encoding } = this;
    const { settings, inputVocabulary, inputIdfWeights } = this._lookupLayer;
    return {
      ...super.getConfig(),
      maxTokens: settings.maxTokens,
      standardize,
      split,
      ngrams,
      outputMode,
      outputSequenceLength,
      padToMaxTokens: settings.padToMaxTokens,
      sparse: settings.sparse,
      ragged,
      vocabulary: inputVocabulary,
      idfWeights: inputIdfWeights,
      encoding,
      vocabularySize: this.vocabularySize(),
    };
  }

  /** A function of the user's stands in a config by its name, and is found among the custom objects. */
  static fromConfig(
    config: Record<string, unknown>,
    options: { readonly customObjects?: Readonly<Record<string, unknown>> | undefined } = {},
  ): TextVectorization {
    const revive = (value: unknown, argument: string): unknown => {
      if (!isPlainObject(value)) return value;
      const found = options.customObjects?.[String(value['config'])];
      if (typeof found === 'function') return found;
      throw new ValueError(`The file names a function as \`${argument}\`: ${quote(value['config'])}.`, {
        code: 'function-in-file',
        cure: `Give it: loadModel(path, { customObjects: { ${String(value['config'])}: (text) => ... } }).`,
      });
    };
    const revived = { ...config, standardize: revive(config['standardize'], 'standardize'), split: revive(config['split'], 'split') };
    return new TextVectorization(revived as TextVectorizationOptions);
  }
}

const withoutUndefined = <T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

function refuse(message: string): never {
  throw new ValueError(message, { code: 'text-vectorization' });
}
