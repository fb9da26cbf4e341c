// Strings on the host, with a shape: what layers such as StringLookup take. Compiled programs have no strings.
import { quote, ValueError } from '../../errors/index.ts';

/** A string, or nested arrays of strings of one length a level. */
export type NestedStrings = string | readonly NestedStrings[];

export class StringTensor {
  readonly dtype = 'string';
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: readonly string[];

  constructor(shape: readonly number[], data: readonly string[]) {
    this.shape = shape;
    this.data = data;
  }

  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `<StringTensor shape=[${this.shape.join(', ')}]>`;
  }
}

/** Whether the value holds strings: a string, nested arrays of them, or a StringTensor. */
export function isStringLike(value: unknown): value is StringTensor | NestedStrings {
  if (Array.isArray(value)) return value.length > 0 && isStringLike(value[0]);
  return typeof value === 'string' || value instanceof StringTensor;
}

/** The strings with their shape. Throws ValueError where rows differ in length. */
export function toStringTensor(value: StringTensor | NestedStrings): StringTensor {
  if (value instanceof StringTensor) return value;
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  const data: string[] = [];
  const collect = (item: unknown, axis: number): void => {
    if (axis === shape.length && typeof item === 'string') data.push(item);
    else if (Array.isArray(item) && item.length === shape[axis]) for (const each of item) collect(each, axis + 1);
    else throw new ValueError(`A nested array of strings must be rectangular. Received: ${quote(value)}`, { code: 'ragged' });
  };
  collect(value, 0);
  return new StringTensor(shape, data);
}
