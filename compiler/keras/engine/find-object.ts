// What `get` of regularizers and constraints has in common: a name, a config, a class or an object becomes an object.
import { quote, ValueError } from '../../errors/index.ts';
import { mapKeys, toCamelCase } from '../saving/key-case.ts';
import { findCustom } from '../saving/registry.ts';
import { toSnakeCase } from './names.ts';

export interface SerializedReference {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name?: string | null;
}

export type ObjectClass<T> = new (options?: never) => T;

/** The object that an identifier stands for; undefined for none. */
export function findObject<T>(kind: string, classes: Readonly<Record<string, ObjectClass<T>>>, identifier: unknown): T | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (typeof identifier === 'string') return new (classOf(kind, classes, identifier))();
  if (isSerialized(identifier)) {
    const custom = findCustom({ className: identifier.class_name, registeredName: identifier.registered_name ?? null }, {});
    const type = (custom as ObjectClass<T> | undefined) ?? classOf(kind, classes, identifier.class_name);
    return new type(mapKeys(identifier.config, toCamelCase) as never);
  }
  if (typeof identifier !== 'function') return refuse(kind, identifier);
  const isClass = Object.values(classes).includes(identifier as unknown as ObjectClass<T>);
  return isClass ? new (identifier as unknown as ObjectClass<T>)() : (identifier as unknown as T);
}

function classOf<T>(kind: string, classes: Readonly<Record<string, ObjectClass<T>>>, name: string): ObjectClass<T> {
  return (
    classes[name] ??
    Object.entries(classes).find(([className]) => toSnakeCase(className) === name.replace(/(\d)_/g, '$1'))?.[1] ??
    refuse(kind, name)
  );
}

const refuse = (kind: string, identifier: unknown): never => {
  throw new ValueError(`Could not interpret ${kind} identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`, {
    code: kind,
  });
};

const isSerialized = (value: unknown): value is SerializedReference =>
  typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value && typeof value.config === 'object';
