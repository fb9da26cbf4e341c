// Parsers of option values; each names the option's form when a value does not have it.
import { InvalidArgumentError } from 'commander';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** `NAME=1,224,224,3`, given once for each input. */
export function parseShape(text: string, earlier: Shapes = {}): Shapes {
  const [, name, list] = /^(.+)=([\d,\s]+)$/.exec(text) ?? [];
  const shape = list?.split(',').map((part) => Number(part.trim() || Number.NaN));
  if (!name || !shape?.every((dim) => Number.isSafeInteger(dim) && dim > 0))
    throw new InvalidArgumentError('Expected NAME=SIZES with sizes above 0, for example image=1,224,224,3.');
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`The shape of ${name} is given twice.`);
  // A name like __proto__ stays a plain property.
  return Object.fromEntries([...Object.entries(earlier), [name, shape]]);
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.');
  return Number(text);
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Two different ones of these, with a comma between. */
export const parsePair =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): readonly [Name, Name] => {
    const parts = text.split(',').map((part) => part.trim());
    const [first, second] = parts.map((part) => names.find((name) => name === part));
    if (parts.length !== 2 || !first || !second || first === second)
      throw new InvalidArgumentError(`Expected two different ones of ${names.join(', ')}, for example ${names.slice(0, 2).join(',')}.`);
    return [first, second];
  };
