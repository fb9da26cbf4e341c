// What emitting one function needs: its locals by name, temporaries, and the helper functions it calls.
import binaryen from 'binaryen';
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import type { KernelFunction, KernelType, Statement } from '../../kernel-ir/types.ts';
import { type HalfHelper, halfHelpers } from './half.ts';
import { type Machine, type Ref, type WasmModule, wasmType } from './machine.ts';

/** What the functions of one module share. */
export interface ModuleScope {
  readonly module: WasmModule;
  readonly target: CpuTarget;
  readonly functions: ReadonlyMap<string, KernelFunction>;
  /** Byte address of each private array, by function and name. */
  readonly arrays: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Helpers of float16 and bfloat16 that have been asked for. */
  readonly helpers: Set<HalfHelper>;
}

interface Local {
  readonly index: number;
  readonly type: binaryen.Type;
}

export class FunctionScope {
  readonly shared: ModuleScope;
  readonly module: WasmModule;
  readonly declared: KernelFunction;
  readonly #locals = new Map<string, Local>();
  readonly #types: binaryen.Type[] = [];
  readonly #free = new Map<binaryen.Type, number[]>();
  readonly #constants = new Map<string, { readonly local: Local; readonly value: Ref }>();
  #taken: Local[] = [];
  #labels = 0;
  #assigned: ReadonlySet<string> | undefined;

  constructor(shared: ModuleScope, declared: KernelFunction) {
    this.shared = shared;
    this.module = shared.module;
    this.declared = declared;
    for (const parameter of declared.parameters) this.declare(parameter.name, parameter.type);
  }

  /** Types of the locals that are not parameters. */
  get variables(): binaryen.Type[] {
    return this.#types.slice(this.declared.parameters.length);
  }

  declare(name: string, type: KernelType): number {
    const index = this.#allocate(wasmType(type));
    this.#locals.set(name, { index, type: wasmType(type) });
    return index;
  }

  get(name: string): Ref {
    const { index, type } = this.#find(name);
    return this.module.local.get(index, type);
  }

  set(name: string, value: Ref): Ref {
    return this.module.local.set(this.#find(name).index, value);
  }

  /** Some statement gives it another value after its declaration. */
  isAssigned(name: string): boolean {
    this.#assigned ??= new Set(assignedNames(this.declared.body));
    return this.#assigned.has(name);
  }

  /**
   * A vector constant, set once when the function starts: V8 builds a constant from several instructions wherever it stands,
   * in loops again and again, and a local costs at most a load.
   */
  constant(key: string, make: () => Ref): Ref {
    const local = this.#constants.get(key)?.local ?? this.variable(binaryen.v128);
    if (!this.#constants.has(key)) this.#constants.set(key, { local, value: make() });
    return this.module.local.get(local.index, local.type);
  }

  /** Gives the constants their values: belongs at the start of the function. */
  setConstants(): Ref[] {
    return [...this.#constants.values()].map(({ local, value }) => this.module.local.set(local.index, value));
  }

  /** A local that nothing else uses. */
  variable(type: binaryen.Type): Local {
    return { index: this.#allocate(type), type };
  }

  /** Computes a value once for two places: `first` stands where it is evaluated first, `again()` after that. */
  share(value: Ref, type: Machine | 'v128'): { readonly first: Ref; readonly again: () => Ref } {
    const local = this.#temporary(binaryen[type]);
    return { first: this.module.local.tee(local.index, value, local.type), again: () => this.module.local.get(local.index, local.type) };
  }

  /** At the end of a statement its temporaries may serve again. */
  releaseTemporaries(): void {
    for (const local of this.#taken) {
      const free = this.#free.get(local.type) ?? [];
      free.push(local.index);
      this.#free.set(local.type, free);
    }
    this.#taken = [];
  }

  label(what: string): string {
    this.#labels += 1;
    return `${what}${this.#labels}`;
  }

  /** Calls a conversion between v128 values that the module brings along. */
  callHelper(helper: HalfHelper, value: Ref): Ref {
    this.shared.helpers.add(helper);
    return this.module.call(halfHelpers[helper].name, [value], binaryen.v128);
  }

  #allocate(type: binaryen.Type): number {
    this.#types.push(type);
    return this.#types.length - 1;
  }

  #temporary(type: binaryen.Type): Local {
    const local = { index: this.#free.get(type)?.pop() ?? this.#allocate(type), type };
    this.#taken.push(local);
    return local;
  }

  #find(name: string): Local {
    const local = this.#locals.get(name);
    if (!local) throw new Error(`kerasc bug: ${this.declared.name} uses ${name} before it is declared`);
    return local;
  }
}

function assignedNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    switch (statement.kind) {
      case 'assign':
        return [statement.name];
      case 'for':
      case 'while':
        return assignedNames(statement.body);
      case 'if':
        return [...assignedNames(statement.then), ...assignedNames(statement.otherwise)];
      default:
        return [];
    }
  });
}
