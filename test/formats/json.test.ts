import { describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { formatJson, type Json, parseJson } from '../../compiler/formats/index.ts';

const parse = (text: string): Json => parseJson(text, ['config.json']);

describe('parseJson', () => {
  it('reads the floats that only Python writes', () => {
    expect(parse('{"a": NaN, "b": [Infinity, -Infinity], "c": "NaN"}')).toEqual({
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      c: 'NaN',
    });
  });

  it('leaves the same words alone inside strings with escapes', () => {
    expect(parse('{"say \\" NaN": "\\\\", "x": NaN}')).toEqual({ 'say " NaN': '\\', x: Number.NaN });
  });

  it('names the file where the text is no JSON', () => {
    expect(() => parse('{"a": }')).toThrow(/not JSON[\s\S]*config\.json/);
  });

  it('refuses nesting that could exhaust the stack', () => {
    expect(() => parse('['.repeat(1e5) + ']'.repeat(1e5))).toThrow(FormatError);
  });

  it('refuses the key __proto__ and keeps constructor as data', () => {
    expect(() => parse('{"a": {"__proto__": {"admin": true}}}')).toThrow(/__proto__/);
    expect(Object.keys(parse('{"constructor": {"prototype": 1}}') as object)).toEqual(['constructor']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(['', '{', '"abc', '[1,', '{"a" 1}', 'nul', '-Infin', 'N'])('refuses %j with a FormatError', (text) => {
    expect(() => parse(text)).toThrow(FormatError);
  });
});

describe('formatJson', () => {
  it('writes what parseJson reads back', () => {
    const value = { a: [1.5, Number.NaN, 'text "NaN"'], b: { c: Number.NEGATIVE_INFINITY, d: null, e: true } };
    expect(parse(formatJson(value))).toEqual(value);
    expect(formatJson(value)).toContain('"c":-Infinity');
  });
});
