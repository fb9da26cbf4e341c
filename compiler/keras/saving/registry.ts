// Which class a name in a model file stands for: Keras's own from a fixed table, the user's by registration.
import { quote } from '../../errors/index.ts';

/** A class whose instances go into configs. */
export interface SerializableClass {
  new (...args: never[]): object;
  readonly name: string;
  /** Camel case names of the constructor's positional arguments. */
  readonly positional?: readonly string[];
  /** Camel case names of the arguments that are layers, or lists of them. */
  readonly nested?: readonly string[];
  fromConfig?(config: Record<string, unknown>): object;
}

/** Custom objects by name: classes, and functions for Lambda layers and activations. */
export type CustomObjects = Readonly<Record<string, unknown>>;

interface Builtin {
  readonly module: string;
  readonly name: string;
  readonly type: SerializableClass;
}

const builtins = new Map<string, Builtin>();
const builtinNames = new Map<unknown, Builtin>();
const customClasses = new Map<string, SerializableClass>();
const customNames = new Map<unknown, string>();

const isClass = (value: unknown): value is SerializableClass => typeof value === 'function' && value.prototype !== undefined;

/**
 * Adds the classes among a module's exports to the table, under their export names. Classes of Keras's inner modules are
 * known by module and name only: a class of the user's may have the same name.
 */
export function registerBuiltins(module: string, exports: Readonly<Record<string, unknown>>): void {
  const isInner = module.startsWith('keras.src.applications');
  for (const [name, type] of Object.entries(exports)) {
    if (!isClass(type) || !/^[A-Z]/.test(name)) continue;
    const builtin: Builtin = { module, name, type };
    if (!isInner && !builtins.has(name)) builtins.set(name, builtin);
    builtins.set(`${module}.${name}`, builtin);
    // An export may be another name of a class (`MaxPool2D`): files get the class's own.
    if (!builtinNames.has(type) || name === type.name) builtinNames.set(type, builtin);
  }
}

/**
 * Registers a class of your own, so that models with it can be saved and loaded.
 *
 * @example registerKerasSerializable(PositionEmbedding, { package: 'my_layers' });
 */
export function registerKerasSerializable(
  type: SerializableClass,
  options: { readonly package?: string; readonly name?: string } = {},
): void {
  const registered = `${options.package ?? 'Custom'}>${options.name ?? type.name}`;
  customClasses.set(registered, type);
  customNames.set(type, registered);
}

export const builtinOf = (type: unknown): { readonly module: string; readonly name: string } | undefined => builtinNames.get(type);

/** The name under which a class of the user's goes into files. */
export const registeredNameOf = (type: { readonly name: string }): string => customNames.get(type) ?? type.name;

/** The built-in class of this name, looked for in `module` first. */
export function findBuiltin(className: string, module?: string | null): SerializableClass | undefined {
  return (builtins.get(`${module ?? ''}.${className}`) ?? builtins.get(className))?.type;
}

export interface ClassReference {
  readonly className: string;
  readonly registeredName?: string | null | undefined;
  readonly module?: string | null | undefined;
}

/** The user's class for this reference, if there is one: given with the call, or registered. */
export function findCustom({ className, registeredName }: ClassReference, customObjects: CustomObjects): SerializableClass | undefined {
  for (const name of [registeredName, className]) {
    if (!name) continue;
    const found =
      customObjects[name] ?? customObjects[name.replace(/^.*>/, '')] ?? customClasses.get(name) ?? customClasses.get(`Custom>${name}`);
    if (isClass(found)) return found;
  }
  return undefined;
}

/** The class that a config names. Throws TypeError if it is neither Keras's nor given by the user. */
export function findClass(reference: ClassReference, customObjects: CustomObjects, where: string): SerializableClass {
  const found = findCustom(reference, customObjects) ?? findBuiltin(reference.className, reference.module);
  if (found) return found;
  const name = /^\w+$/.test(reference.className) ? reference.className : 'Name';
  throw new TypeError(
    `Could not locate class '${quote(reference.className).slice(1, -1)}'${where}. If it is a class of yours, pass it: ` +
      `loadModel(path, { customObjects: { ${name} } }), or call registerKerasSerializable(${name}). If it is one of Keras, kerasc does not have it yet.`,
  );
}
