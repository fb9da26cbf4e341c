// The C++ file of one variant: a module compiled for one instruction set.
import type { KernelFunction, Statement } from '../../kernel-ir/index.ts';
import { entriesOf, type KernelModule, type ModuleStep } from '../../module.ts';
import { type FunctionContext, printFunction } from './functions.ts';
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

export function printVariant(module: KernelModule, set: InstructionSet, names: VariantNames): string {
  const unit = new Unit(set);
  const functions = reachable(module);
  const functionNames = new Names();
  for (const each of functions) functionNames.of(each.name);
  const written = findWrittenPointers(functions);
  const functionName = (name: string): string => functionNames.of(name);
  const taken = new Set(functionNames.all());
  const users = usersOf(module);
  const kernels = functions.map((each) => {
    const context: FunctionContext = { unit, functionName, taken, written: written.get(each.name) ?? new Set() };
    return withUsers(users.get(each.name), printFunction(each, context));
  });
  const printer = new StepPrinter({ unit, functions: new Map(functions.map((each) => [each.name, each])), functionName, written });
  const sequences = [
    printer.printSequence('prepare', module.prepare),
    ...entriesOf(module).map(({ run }, position) => printer.printSequence(entryFunction(module, position), run)),
    `static const kerasc_entry_function kerasc_entries[] = {${entriesOf(module)
      .map((_, position) => entryFunction(module, position))
      .join(', ')}};`,
  ];
  const code = [unit.typedefs().join('\n'), unit.helpers().join('\n\n'), ...kernels, ...printer.shared, ...sequences];
  return frame(module, set, names, code);
}

function frame(module: KernelModule, set: InstructionSet, names: VariantNames, code: readonly string[]): string {
  const variant = `${names.namespace}_variant`;
  const sections = [
    `${lineComment(`Model ${JSON.stringify(module.name)} for ${names.target}, written by kerasc. Changes are lost when it is built again.`)}\n#include "kerasc_runtime.h"`,
    ...(set.guard ? [`#if ${set.guard}`] : []),
    ...(set.includes.length ? [set.includes.map((name) => `#include <${name}>`).join('\n')] : []),
    `namespace ${names.namespace} {`,
    ...code,
    `}  // namespace ${names.namespace}`,
    `extern const kerasc_variant ${variant};\nconst kerasc_variant ${variant} = {"${names.target}", ${names.namespace}::prepare, ${names.namespace}::kerasc_entries};`,
    ...(set.guard ? ['#endif'] : []),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
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
