// The steps of a module as C++: addresses in weights, arena, inputs and outputs; calls; control flow around them.
import { isPointer, type KernelFunction } from '../../kernel-ir/index.ts';
import type { Address, ModuleStep, StepArgument } from '../../module.ts';
import { printParameterType } from './functions.ts';
import { literal } from './literals.ts';
import { lineComment } from './names.ts';
import type { Unit } from './unit.ts';

type CallStep = Extract<ModuleStep, { kind: 'call' }>;

/** Below this, threads would spend longer meeting than computing. Steps without arithmetic (0) move data and are shared. */
const SHARED_FLOPS = 1 << 14;

export interface StepContext {
  readonly unit: Unit;
  readonly functions: ReadonlyMap<string, KernelFunction>;
  readonly functionName: (name: string) => string;
  /** By function: pointers that lead to a store. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Prints steps as statements; what threads share becomes functions of its own, collected in `shared`. */
export class StepPrinter {
  readonly shared: string[] = [];
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** `static void NAME(const kerasc_frame& frame)` that does these steps. */
  printSequence(name: string, steps: readonly ModuleStep[]): string {
    const unused = steps.length === 0 ? '[[maybe_unused]] ' : '';
    return [`static void ${name}(${unused}const kerasc_frame& frame) {`, ...this.#block(steps, '  '), '}'].join('\n');
  }

  #block(steps: readonly ModuleStep[], indent: string): string[] {
    return steps.flatMap((step) => this.#step(step).map((line) => indent + line));
  }

  #step(step: ModuleStep): string[] {
    switch (step.kind) {
      case 'call':
        return [lineComment(step.label), this.#call(step)];
      case 'zero':
        return [`__builtin_memset(${printAddress(step.address)}, 0, ${step.bytes});`];
      case 'branch': {
        const cases = step.branches.flatMap((steps, position) => [
          `  case ${position}: {`,
          ...this.#block(steps, '    '),
          '    break;',
          '  }',
        ]);
        return [`switch (*(const ${this.#int32()}*)(${printAddress(step.index)})) {`, ...cases, '  default:', '    break;', '}'];
      }
      case 'while':
        return [
          'for (;;) {',
          ...this.#block(step.test, '  '),
          `  if (*(${printAddress(step.condition)}) == 0) break;`,
          ...this.#block(step.body, '  '),
          '}',
        ];
      case 'repeat': {
        const counter = `*(${this.#int32()}*)(${printAddress(step.counter)}) = count;`;
        return [
          'KERASC_ROLLED',
          `for (int count = 0; count < ${step.count}; count++) {`,
          `  ${counter}`,
          ...this.#block(step.body, '  '),
          '}',
        ];
      }
      default:
        return step satisfies never;
    }
  }

  #int32(): string {
    return this.#context.unit.memory('i32');
  }

  #call(step: CallStep): string {
    if (!step.parallel) return `${this.#invocation(step, [])};`;
    const { extent } = step.parallel;
    const isSmall = extent < 2 || (step.flops > 0 && step.flops < SHARED_FLOPS);
    if (isSmall) return `${this.#invocation(step, ['0', String(extent)])};`;
    const name = `step_${this.shared.length}`;
    const head = `static void ${name}([[maybe_unused]] const kerasc_frame& frame, int64_t begin, int64_t end) {`;
    this.shared.push([lineComment(step.label), head, `  ${this.#invocation(step, ['begin', 'end'])};`, '}'].join('\n'));
    return `kerasc_share(frame, ${extent}, ${name});`;
  }

  #invocation(step: CallStep, range: readonly string[]): string {
    const callee = this.#context.functions.get(step.callee);
    if (!callee) throw new Error(`kerasc bug: step "${step.label}" calls ${step.callee}, which is not in the module`);
    const count = step.args.length + range.length;
    if (count !== callee.parameters.length)
      throw new Error(`kerasc bug: ${step.callee} takes ${callee.parameters.length} arguments, got ${count}`);
    const args = step.args.map((arg, position) => this.#argument(arg, callee, position));
    return `${this.#context.functionName(step.callee)}(${[...args, ...range].join(', ')})`;
  }

  #argument(arg: StepArgument, callee: KernelFunction, position: number): string {
    const parameter = callee.parameters[position] as KernelFunction['parameters'][number];
    const where = `argument ${parameter.name} of ${callee.name}`;
    if (arg.kind === 'number') {
      if (isPointer(parameter.type)) throw new Error(`kerasc bug: ${where} is a number, not an address`);
      return literal(arg.value, parameter.type.scalar);
    }
    if (!isPointer(parameter.type) || parameter.type.pointer !== arg.memory)
      throw new Error(`kerasc bug: ${where} is not a pointer to ${arg.memory}`);
    const isWritten = this.#context.written.get(callee.name)?.has(parameter.name) ?? false;
    const isReadOnly = arg.address.region === 'weights' || arg.address.region === 'input';
    if (isWritten && isReadOnly) throw new Error(`kerasc bug: ${where} is written, but lies in the ${arg.address.region}`);
    return `(${printParameterType(parameter.type, isWritten, this.#context.unit).trimEnd()})(${printAddress(arg.address)})`;
  }
}

function printAddress({ region, index, offset }: Address): string {
  const base = region === 'input' || region === 'output' ? `frame.${region}s[${index}]` : `frame.${region}`;
  return offset === 0 ? base : `${base} + ${offset}`;
}
