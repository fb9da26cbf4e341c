// Counts of tokens and of the documents they occur in: what `adapt` of lookup layers gathers.

/** A token as it is kept: strings, or whole numbers (bigint beyond 2^53). */
export type Token = string | number | bigint;

export class VocabularyCounts {
  readonly #tokens = new Map<Token, number>();
  readonly #documents = new Map<Token, number>();
  #documentCount = 0;

  /** Adds documents, each a list of tokens. */
  add(documents: Iterable<readonly Token[]>): void {
    for (const document of documents) {
      this.#documentCount++;
      for (const token of document) increase(this.#tokens, token);
      for (const token of new Set(document)) increase(this.#documents, token);
    }
  }

  get isEmpty(): boolean {
    return this.#tokens.size === 0;
  }

  /** The most frequent tokens first; among equally frequent ones the greater comes first, as Keras sorts. */
  mostFrequent(except: readonly (Token | null)[], atMost: number): Token[] {
    return [...this.#tokens]
      .filter(([token]) => !except.includes(token))
      .sort(([a, countA], [b, countB]) => countB - countA || compareTokens(b, a))
      .slice(0, atMost)
      .map(([token]) => token);
  }

  /** `log(1 + documents / (1 + documents with the token))`. */
  inverseDocumentFrequency(token: Token): number {
    return Math.log(1 + this.#documentCount / (1 + (this.#documents.get(token) ?? 0)));
  }
}

function increase(counts: Map<Token, number>, token: Token): void {
  counts.set(token, (counts.get(token) ?? 0) + 1);
}

/** Numbers by value, strings by their UTF-8 bytes. */
function compareTokens(a: Token, b: Token): number {
  if (typeof a !== 'string' || typeof b !== 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  if (at < 0) return left.length - right.length;
  const codePoint = (letter: string | undefined): number => letter?.codePointAt(0) ?? -1;
  return codePoint(left[at]) - codePoint(right[at]);
}
