// The functions of a module, equal ones once: layers of one shape share their kernels, whatever they are called.
import type { KernelFunction, Statement } from './kernel-ir/types.ts';

export class FunctionTable {
  readonly #functions = new Map<string, KernelFunction>();
  readonly #byText = new Map<string, string>();

  /**
   * Adds functions, callees before callers, and tells under which names they are to be called: that of an equal function which is
   * there, or their own with a number where another function has it.
   */
  add(items: readonly KernelFunction[]): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const item of items) names.set(item.name, this.#addOne({ ...item, body: renameCallees(item.body, names) }));
    return names;
  }

  all(): readonly KernelFunction[] {
    return [...this.#functions.values()];
  }

  #addOne(item: KernelFunction): string {
    const text = textOf(item);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    let name = item.name;
    for (let count = 2; this.#functions.has(name); count++) name = `${item.name}_${count}`;
    this.#functions.set(name, { ...item, name });
    this.#byText.set(text, name);
    return name;
  }
}

/** The same statements where no callee has another name. */
function renameCallees(body: readonly Statement[], names: ReadonlyMap<string, string>): readonly Statement[] {
  if (![...names].some(([from, to]) => from !== to)) return body;
  return body.map((statement): Statement => {
    switch (statement.kind) {
      case 'call':
        return { ...statement, callee: names.get(statement.callee) ?? statement.callee };
      case 'for':
      case 'while':
        return { ...statement, body: renameCallees(statement.body, names) };
      case 'if':
        return { ...statement, then: renameCallees(statement.then, names), otherwise: renameCallees(statement.otherwise, names) };
      default:
        return statement;
    }
  });
}

/** What a function does, whatever it and its locals are called. */
function textOf({ parameters, body, inline = false }: KernelFunction): string {
  const names = new Map<string, number>();
  return JSON.stringify([parameters, body, inline], (key, value: unknown) => {
    if (key === 'name' && typeof value === 'string') {
      const known = names.get(value) ?? names.size;
      names.set(value, known);
      return known;
    }
    if (key === 'text') return '';
    if (typeof value === 'bigint') return `${value}n`;
    // JSON writes these as 0 and null.
    return typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))
      ? `${Object.is(value, -0) ? '-' : ''}${value}`
      : value;
  });
}
