// The C++ file of one variant: a module compiled for one instruction set.
import type { KernelFunction, Statement } from '../../kernel-ir/index.ts';
import { entriesOf, type KernelModule, type ModuleStep } from '../../module.ts';
import { type FunctionContext, printDeclaration, printFunction } from './functions.ts';
import type { InstructionSet } from './instruction-sets.ts';
import { lineComment, Names } from './names.ts';
import { StepPrinter } from './steps.ts';
import { Unit } from './unit.ts';
import { findWrittenPointers } from './written-pointers.ts';

export interface VariantNames {
  /** Of the target: `avx2`. */
  readonly target: string;
  /** Of the C++ namespace and of the exported description: `digits_avx2`. */
  readonly namespace: string;
}

/**
 * One file, or several that a machine with several processors compiles at once; the first has the steps.
 *
 * @param partLength characters of a part, about; a shorter variant is one file
 */
export function printVariant(
  module: KernelModule,
  set: InstructionSet,
  names: VariantNames,
  partLength = Number.POSITIVE_INFINITY,
): string[] {
  const whole = new VariantPrinter(module, set, names);
  const text = whole.printWhole();
  const parts = Math.min(MOST_PARTS, Math.floor(text.length / partLength));
  return parts < 2 ? [text] : new VariantPrinter(module, set, names).printParts(parts);
}

const MOST_PARTS = 16;

class VariantPrinter {
  readonly #module: KernelModule;
  readonly #set: InstructionSet;
  readonly #names: VariantNames;
  readonly #functions: readonly KernelFunction[];
  readonly #byName: ReadonlyMap<string, KernelFunction>;
  readonly #functionNames = new Names();
  readonly #written: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #users: ReadonlyMap<string, readonly string[]>;

  constructor(module: KernelModule, set: InstructionSet, names: VariantNames) {
    this.#module = module;
    this.#set = set;
    this.#names = names;
    this.#functions = reachable(module);
    this.#byName = new Map(this.#functions.map((each) => [each.name, each]));
    for (const each of this.#functions) this.#functionNames.of(each.name);
    this.#written = findWrittenPointers(this.#functions);
    this.#users = usersOf(module);
  }

  printWhole(): string {
    const unit = new Unit(this.#set);
    const kernels = this.#functions.map((each) => this.#define(each, unit, false));
    const steps = this.#steps(unit);
    return this.#frame([...prelude(unit), ...kernels, ...steps], true);
  }

  printParts(count: number): string[] {
    const main = new Unit(this.#set);
    const steps = this.#steps(main);
    const called = new Set(callsIn(allSteps(this.#module)).map(({ callee }) => callee));
    const declarations = this.#functions.filter(({ name }) => called.has(name)).map((each) => this.#declare(each, main));
    const parts = this.#divide(count).map((functions) => this.#printPart(functions));
    return [this.#frame([...prelude(main), ...declarations, ...steps], true), ...parts];
  }

  /** Functions for each part, about as much to compile in all; inline ones go where they are called. */
  #divide(count: number): KernelFunction[][] {
    const weight = (each: KernelFunction): number => countStatements(each.body);
    const parts = Array.from({ length: count }, () => ({ functions: [] as KernelFunction[], weight: 0 }));
    for (const each of this.#functions.filter(({ inline }) => !inline).sort((a, b) => weight(b) - weight(a))) {
      const lightest = parts.reduce((least, part) => (part.weight < least.weight ? part : least));
      lightest.functions.push(each);
      lightest.weight += weight(each);
    }
    return parts.map(({ functions }) => functions);
  }

  #printPart(own: readonly KernelFunction[]): string {
    const unit = new Unit(this.#set);
    const names = new Set(own.map(({ name }) => name));
    const inline = new Set<string>();
    const outside = new Set<string>();
    const visit = (each: KernelFunction): void => {
      for (const callee of calleesIn(each.body)) {
        const isNew = !inline.has(callee) && !outside.has(callee) && !names.has(callee);
        if (!isNew) continue;
        const declared = this.#byName.get(callee) as KernelFunction;
        (declared.inline ? inline : outside).add(callee);
        if (declared.inline) visit(declared);
      }
    };
    own.forEach(visit);
    const defined = this.#functions.filter(({ name }) => names.has(name) || inline.has(name));
    // Of those in this file too: their order does not matter then.
    const declarations = this.#functions
      .filter(({ name }) => names.has(name) || outside.has(name))
      .map((each) => this.#declare(each, unit));
    const definitions = defined.map((each) => this.#define(each, unit, true));
    return this.#frame([...prelude(unit), ...declarations, ...definitions], false);
  }

  #context(each: KernelFunction, unit: Unit, isSplit: boolean): FunctionContext {
    const taken = new Set(this.#functionNames.all());
    return {
      unit,
      functionName: (name) => this.#functionNames.of(name),
      taken,
      written: this.#written.get(each.name) ?? new Set(),
      isSplit,
    };
  }

  #define(each: KernelFunction, unit: Unit, isSplit: boolean): string {
    return withUsers(this.#users.get(each.name), printFunction(each, this.#context(each, unit, isSplit)));
  }

  #declare(each: KernelFunction, unit: Unit): string {
    return printDeclaration(each, this.#context(each, unit, true));
  }

  #steps(unit: Unit): string[] {
    const functionName = (name: string): string => this.#functionNames.of(name);
    const printer = new StepPrinter({ unit, functions: this.#byName, functionName, written: this.#written });
    const entries = entriesOf(this.#module);
    const sequences = [
      printer.printSequence('prepare', this.#module.prepare),
      ...entries.map(({ run }, position) => printer.printSequence(entryFunction(this.#module, position), run)),
      `static const kerasc_entry_function kerasc_entries[] = {${entries.map((_, position) => entryFunction(this.#module, position)).join(', ')}};`,
    ];
    return [...printer.shared, ...sequences];
  }

  #frame(code: readonly string[], hasSteps: boolean): string {
    const { guard, includes } = this.#set;
    const { namespace, target } = this.#names;
    const variant = `${namespace}_variant`;
    const description = `extern const kerasc_variant ${variant};\nconst kerasc_variant ${variant} = {"${target}", ${namespace}::prepare, ${namespace}::kerasc_entries};`;
    const sections = [
      `${lineComment(`Model ${JSON.stringify(this.#module.name)} for ${target}, written by kerasc. Changes are lost when it is built again.`)}\n#include "kerasc_runtime.h"`,
      ...(guard ? [`#if ${guard}`] : []),
      ...(includes.length ? [includes.map((name) => `#include <${name}>`).join('\n')] : []),
      `namespace ${namespace} {`,
      ...code,
      `}  // namespace ${namespace}`,
      ...(hasSteps ? [description] : []),
      ...(guard ? ['#endif'] : []),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  }
}

/** What printed code has asked for stands before it. */
const prelude = (unit: Unit): string[] => [unit.typedefs().join('\n'), unit.helpers().join('\n\n')];

function countStatements(body: readonly Statement[]): number {
  return body.reduce((sum, statement) => {
    if (statement.kind === 'for' || statement.kind === 'while') return sum + 1 + countStatements(statement.body);
    return sum + 1 + (statement.kind === 'if' ? countStatements([...statement.then, ...statement.otherwise]) : 0);
  }, 0);
}

/** Names that begin so are no kernel's. */
const entryFunction = (module: KernelModule, position: number): string => (module.entries ? `kerasc_entry_${position}` : 'run');

const allSteps = (module: KernelModule): ModuleStep[] => [...module.prepare, ...entriesOf(module).flatMap(({ run }) => run)];

/** Functions that a step calls, themselves or through others, in the module's order. */
function reachable(module: KernelModule): KernelFunction[] {
  const declared = new Map(module.functions.map((each) => [each.name, each]));
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const each = declared.get(name);
    if (!each || reached.has(name)) return;
    reached.add(name);
    calleesIn(each.body).forEach(visit);
  };
  for (const step of callsIn(allSteps(module))) visit(step.callee);
  return module.functions.filter((each) => reached.has(each.name));
}

function calleesIn(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'call') return [statement.callee];
    if (statement.kind === 'for' || statement.kind === 'while') return calleesIn(statement.body);
    return statement.kind === 'if' ? calleesIn([...statement.then, ...statement.otherwise]) : [];
  });
}

function callsIn(steps: readonly ModuleStep[]): Extract<ModuleStep, { kind: 'call' }>[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case 'call':
        return [step];
      case 'zero':
        return [];
      case 'branch':
        return callsIn(step.branches.flat());
      case 'while':
        return callsIn([...step.test, ...step.body]);
      case 'repeat':
        return callsIn(step.body);
      default:
        return step satisfies never;
    }
  });
}

/** The labels of the steps that call each function. */
function usersOf(module: KernelModule): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const step of callsIn(allSteps(module))) {
    const labels = users.get(step.callee) ?? [];
    if (!labels.includes(step.label)) labels.push(step.label);
    users.set(step.callee, labels);
  }
  return users;
}

const SHOWN_USERS = 4;

function withUsers(labels: readonly string[] | undefined, text: string): string {
  if (!labels) return text;
  const more = labels.length > SHOWN_USERS ? ` and ${labels.length - SHOWN_USERS} more` : '';
  return `${lineComment(`${labels.slice(0, SHOWN_USERS).join(', ')}${more}`)}\n${text}`;
}
