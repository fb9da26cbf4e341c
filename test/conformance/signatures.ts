// The parameters of Keras's functions, from the data's api.json.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export type Signatures = ReadonlyMap<string, readonly Parameter[]>;

interface PythonParameter {
  readonly name: string;
  readonly default?: unknown;
  readonly variadic?: boolean;
  readonly kwargs?: boolean;
}

interface PythonSymbol {
  readonly name: string;
  readonly params?: readonly PythonParameter[];
  readonly call_params?: readonly PythonParameter[];
  /** The class's own name, where this is another one. */
  readonly alias_of?: string;
}

/** Signatures of a module's functions: `keras.ops`, ...; the `call` of class `Dense` goes under `Dense()`. */
export function readSignatures(folder: string, module: string): Signatures {
  const path = [join(folder, 'api.json'), new URL('../golden/conformance/api.json', import.meta.url).pathname].find(existsSync);
  const api = JSON.parse(readFileSync(path as string, 'utf8')) as { readonly modules: Readonly<Record<string, readonly PythonSymbol[]>> };
  return new Map(submodules(api.modules, module).flatMap(([prefix, symbols]) => symbols.flatMap((symbol) => signaturesOf(prefix, symbol))));
}

/** The module itself and those below it, whose names get a prefix: `image.`. */
function submodules(
  modules: Readonly<Record<string, readonly PythonSymbol[]>>,
  module: string,
): (readonly [string, readonly PythonSymbol[]])[] {
  return Object.entries(modules)
    .filter(([name]) => name === module || name.startsWith(`${module}.`))
    .map(([name, symbols]) => [name === module ? '' : `${name.slice(module.length + 1)}.`, symbols]);
}

const signaturesOf = (prefix: string, symbol: PythonSymbol): (readonly [string, Parameter[]])[] =>
  [symbol.name, ...(symbol.alias_of ? [symbol.alias_of] : [])].flatMap((name) => [
    [prefix + name, parametersOf(symbol.params ?? [])],
    [`${prefix}${name}()`, parametersOf(symbol.call_params ?? [])],
  ]);

const parametersOf = (params: readonly PythonParameter[]): Parameter[] =>
  params
    .filter(({ kwargs }) => !kwargs)
    .map((parameter) => ({
      name: parameter.name,
      required: !('default' in parameter),
      variadic: parameter.variadic === true,
    }));
