// Strings to indices of a vocabulary, and back.
import type { HostStep, LookupOptions } from '../../../../runtime/preprocessing/index.ts';
import type { KerasDType } from '../../engine/keras-tensor.ts';
import { type NestedStrings, type StringTensor, toStringTensor } from '../../engine/string-tensor.ts';
import { IndexLookup, type IndexLookupOptions } from './index-lookup.ts';
import { refuseSparse } from './output-mode.ts';

export interface StringLookupOptions extends IndexLookupOptions<string> {
  /** UTF-8, whatever it says: strings of JavaScript are Unicode. */
  readonly encoding?: string;
}

/**
 * Strings of any shape -> their indices, in int64, or vectors of them. With `invert` indices -> strings.
 *
 * @example new layers.StringLookup({ vocabulary: ['a', 'b'] })([['a', 'c']]) // [[1, 0]]
 */
export class StringLookup extends IndexLookup<string> {
  readonly encoding: string;
  #table: LookupOptions | undefined = undefined;

  constructor(options: StringLookupOptions = {}) {
    super(options, '[UNK]', false);
    this.encoding = options.encoding ?? 'utf-8';
  }

  override get isHostOnly(): boolean {
    return true;
  }

  protected override parseToken(line: string): string {
    return line;
  }

  protected override documentsOf(data: unknown, isWhole: boolean): string[][] {
    const { shape, data: tokens } = toStringTensor(data as StringTensor | NestedStrings);
    // A vector given to `adapt` is a list of documents of one token each; a batch that is a vector is one document.
    const length = shape.length > 1 ? (shape.at(-1) as number) : isWhole && shape.length === 1 ? 1 : tokens.length;
    return Array.from({ length: tokens.length / length }, (_, row) => tokens.slice(row * length, (row + 1) * length));
  }

  override hostStep(): HostStep {
    const { settings } = this;
    refuseSparse(settings.sparse, `layer '${this.name}' (${this.className})`);
    this.requireVocabulary();
    if (settings.invert) return this.#namingStep();
    return { kind: 'lookup', ...this.lookupTable() };
  }

  #namingStep(): HostStep {
    const { maskToken, oovToken } = this.settings;
    const vocabulary = this.getVocabulary().map((token) => token ?? '');
    if (maskToken !== null) vocabulary[0] = maskToken;
    return { kind: 'name', vocabulary, otherwise: oovToken ?? '' };
  }

  /** The vocabulary and the way the result is encoded, as steps have them. */
  lookupTable(): Pick<Extract<HostStep, { readonly kind: 'lookup' }>, 'table' | 'mode' | 'depth' | 'weights'> {
    this.requireVocabulary();
    const { outputMode } = this.settings;
    return {
      table: this.#currentTable(),
      mode: outputMode,
      depth: this.depth,
      ...(outputMode === 'tf_idf' && { weights: this.idfWeights }),
    };
  }

  /** The same object as long as the vocabulary is: an index of it is made once. */
  #currentTable(): LookupOptions {
    const { numOovIndices, maskToken, outputMode, salt } = this.settings;
    if (this.#table?.vocabulary !== this.tokens) {
      this.#table = { vocabulary: this.tokens, oovIndices: numOovIndices, maskToken, asIndices: outputMode === 'int', salt };
    }
    return this.#table;
  }

  protected override get outputDtype(): KerasDType {
    return this.settings.invert ? 'string' : super.outputDtype;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), encoding: this.encoding };
  }
}
