// Which class a name in a model file stands for: Keras's own from a fixed table, the user's by registration.
import { quote, ValueError } from '../../errors/index.ts';

/** A class whose instances go into configs. */
export interface SerializableClass {
  new (...args: never[]): object;
  readonly name: string;
  readonly prototype: object;
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
const customNames = new Map<unknown, string>();
/** What was registered, by registered name; the user may add to it. */
const globalObjects: Record<string, unknown> = {};
/** The objects of the scopes that are open, the innermost last. */
const scopes: CustomObjects[] = [];

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
 * Registers a class or a function of your own, so that models with it can be saved and loaded.
 *
 * @example registerKerasSerializable(PositionEmbedding, { package: 'my_layers' });
 */
export function registerKerasSerializable<T extends Registrable>(
  type: T,
  options: { readonly package?: string; readonly name?: string } = {},
): T {
  const registered = `${options.package ?? 'Custom'}>${options.name ?? type.name}`;
  if (isClass(type) && isWrittenAsClass(type) && !('getConfig' in type.prototype)) {
    throw new ValueError(`Cannot register a class that does not have a getConfig() method: ${type.name}`, {
      code: 'register',
      cure: 'Extend Layer (or another class of Keras), or write getConfig().',
    });
  }
  globalObjects[registered] = type;
  customNames.set(type, registered);
  return type;
}

/** A class or a function. */
type Registrable = { readonly name: string };

const isWrittenAsClass = (type: SerializableClass): boolean => Function.prototype.toString.call(type).startsWith('class');

/** What was registered, by registered name; objects that are added here are found too. */
export const getCustomObjects = (): Record<string, unknown> => globalObjects;

/** The name under which a class or function was registered, else its own. */
export const getRegisteredName = (object: Registrable): string => customNames.get(object) ?? object.name;

/** The class or function of this registered name: of an open scope, registered, or given here; undefined for none. */
export function getRegisteredObject(name: string, options: { readonly customObjects?: CustomObjects | undefined } = {}): unknown {
  return inScopes(name) ?? globalObjects[name] ?? options.customObjects?.[name];
}

/** The name of a registered function, undefined for others. */
export const registeredFunctionName = (value: unknown): string | undefined => customNames.get(value);

/**
 * Makes classes and functions known by name until it is disposed.
 *
 * @example
 * using scope = new CustomObjectScope({ PositionEmbedding });
 * const model = modelFromJson(json);
 */
export class CustomObjectScope {
  readonly customObjects: CustomObjects;

  constructor(customObjects: CustomObjects) {
    this.customObjects = customObjects;
    scopes.push(customObjects);
  }

  [Symbol.dispose](): void {
    const at = scopes.lastIndexOf(this.customObjects);
    if (at >= 0) scopes.splice(at, 1);
  }
}

/** Runs `body` while classes and functions are known by name. */
export function customObjectScope<T>(customObjects: CustomObjects, body: () => T): T {
  const scope = new CustomObjectScope(customObjects);
  try {
    return body();
  } finally {
    scope[Symbol.dispose]();
  }
}

function inScopes(name: string): unknown {
  const found = scopes.findLast((objects) => Object.hasOwn(objects, name));
  return found?.[name];
}

export const builtinOf = (type: unknown): { readonly module: string; readonly name: string } | undefined => builtinNames.get(type);

/** The built-in class of this name, looked for in `module` first. */
export function findBuiltin(className: string, module?: string | null): SerializableClass | undefined {
  return (builtins.get(`${module ?? ''}.${className}`) ?? builtins.get(className))?.type;
}

export interface ClassReference {
  readonly className: string;
  readonly registeredName?: string | null | undefined;
  readonly module?: string | null | undefined;
}

/** The user's class (or function) for this reference, if there is one: given with the call, in a scope, or registered. */
export function findCustom({ className, registeredName }: ClassReference, customObjects: CustomObjects): SerializableClass | undefined {
  for (const name of [registeredName, className]) {
    if (!name) continue;
    const short = name.replace(/^.*>/, '');
    const found =
      customObjects[name] ??
      customObjects[short] ??
      inScopes(name) ??
      inScopes(short) ??
      globalObjects[name] ??
      globalObjects[`Custom>${name}`];
    if (typeof found === 'function') return found as SerializableClass;
  }
  return undefined;
}

/** The class that a config names. Throws TypeError if it is neither Keras's nor given by the user. */
export function findClass(reference: ClassReference, customObjects: CustomObjects, where: string): SerializableClass {
  const custom = findCustom(reference, customObjects);
  const found = (isClass(custom) ? custom : undefined) ?? findBuiltin(reference.className, reference.module);
  if (found) return found;
  const name = /^\w+$/.test(reference.className) ? reference.className : 'Name';
  throw new TypeError(
    `Could not locate class '${quote(reference.className).slice(1, -1)}'${where}. If it is a class of yours, pass it: ` +
      `loadModel(path, { customObjects: { ${name} } }), or call registerKerasSerializable(${name}). If it is one of Keras, kerasc does not have it yet.`,
  );
}
