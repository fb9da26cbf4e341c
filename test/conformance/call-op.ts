// Calls an op with Python arguments: required ones by position, optional ones as one object.
import { activations, ops } from '../../compiler/index.ts';
import { findOp } from '../../compiler/keras/engine/operation.ts';
import { toCamelCase } from '../../compiler/keras/saving/key-case.ts';
import { type JsonObject, Skip } from './case.ts';
import type { Signatures } from './signatures.ts';

type Callable = (...args: readonly unknown[]) => unknown;
type Namespace = { readonly [name: string]: unknown };

/** `ops.expandDims` for `expand_dims`, `ops.image.resize` for `image.resize`. */
export function opNamed(name: string): Callable {
  return memberNamed(ops as Namespace, name, 'ops');
}

export function activationNamed(name: string): Callable {
  return memberNamed(activations as Namespace, name, 'activations');
}

function memberNamed(root: Namespace, name: string, label: string): Callable {
  let found: unknown = root;
  for (const part of name.split('.')) found = (found as Namespace | undefined)?.[toCamelCase(part)];
  if (typeof found !== 'function') throw new Skip(`${label}.${name} is not there`);
  return found as Callable;
}

/** Arguments in the form that kerasc takes them, from those that Python took. */
export function translateArguments(
  name: string,
  signatures: Signatures,
  args: readonly unknown[],
  kwargs: JsonObject | Record<string, unknown>,
): unknown[] {
  const python = signatures.get(name) ?? [];
  const named: Record<string, unknown> = {};
  const rest: unknown[] = [];
  const firstOfRest = python.findIndex(({ variadic }) => variadic);
  args.forEach((value, index) => {
    const parameter = firstOfRest >= 0 && index >= firstOfRest ? undefined : python[index];
    if (parameter) named[parameter.name] = value;
    else rest.push(value);
  });
  Object.assign(named, kwargs);
  const positional =
    findOp(name)?.parameters ??
    python.filter(({ required }) => required).map((parameter) => (parameter.variadic ? `*${parameter.name}` : parameter.name));
  const values = positional.flatMap((parameter) => {
    if (parameter.startsWith('*')) return rest;
    const value = named[parameter];
    delete named[parameter];
    return [value];
  });
  const options = Object.entries(named).map(([key, value]) => [toCamelCase(key), value]);
  return options.length > 0 ? [...values, Object.fromEntries(options)] : values;
}
