// Cuts graph text into tokens and reports errors at their line and column.
import { FormatError, quote } from '../../errors/index.ts';

type TokenKind = 'word' | 'number' | 'string' | 'value' | 'hash' | 'punctuation' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /(?<skip>(?:\s+|\/\/[^\n]*)+)|(?<number>-?inf\b|nan\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<word>[A-Za-z_]\w*)|(?<string>"(?:[^"\\\n]|\\.)*")|%(?<value>\d+)|#(?<hash>[0-9a-f]+)|(?<punctuation>[{}()[\]<>,:=@])/y;

const KINDS = ['number', 'word', 'string', 'value', 'hash', 'punctuation'] as const;

export class Lexer {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = this.#cut();
  }

  get peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  /** Takes the next token, whatever it is. */
  take(): Token {
    const token = this.peek;
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  /** Takes the next token if it is this word or sign. */
  accept(text: string): boolean {
    const { kind, text: found } = this.peek;
    if (found !== text || (kind !== 'word' && kind !== 'punctuation')) return false;
    this.take();
    return true;
  }

  /** Takes the word or sign that must come next. */
  expect(text: string): void {
    if (!this.accept(text)) throw this.error(`expected ${quote(text)}`);
  }

  /** Takes the next token, which must be of a kind. */
  takeKind(kind: TokenKind, what: string): Token {
    if (this.peek.kind !== kind) throw this.error(`expected ${what}`);
    return this.take();
  }

  takeString(what: string): string {
    const token = this.takeKind('string', what);
    try {
      return JSON.parse(token.text) as string;
    } catch {
      throw this.error('a string with an unknown escape', token);
    }
  }

  takeInteger(what: string): number {
    const token = this.takeKind('number', what);
    const value = Number(token.text);
    if (!Number.isSafeInteger(value)) throw this.error(`expected ${what}`, token);
    return value;
  }

  /** An error at a token, by default the next one. */
  error(message: string, { kind, text, offset }: Token = this.peek): FormatError {
    const before = this.#text.slice(0, offset).split('\n');
    const found = kind === 'end' ? 'the end of the text' : quote(text);
    const place = `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
    return new FormatError(`Graph text, ${place}: ${message}. Received: ${found}`, { code: 'graph-text' });
  }

  #cut(): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    for (let offset = 0; offset < this.#text.length; offset = TOKEN.lastIndex) {
      const groups = TOKEN.exec(this.#text)?.groups;
      if (!groups) throw this.error('a character that begins nothing', { kind: 'punctuation', text: this.#text[offset] as string, offset });
      const kind = KINDS.find((name) => groups[name] !== undefined);
      if (kind) tokens.push({ kind, text: groups[kind] as string, offset });
    }
    tokens.push({ kind: 'end', text: '', offset: this.#text.length });
    return tokens;
  }
}
