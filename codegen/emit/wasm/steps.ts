// The steps of a module as exported functions: calls with constant addresses, and the control flow around them.
import binaryen from 'binaryen';
import type { Parameter } from '../../kernel-ir/types.ts';
import type { ModuleStep, StepArgument } from '../../module.ts';
import { addressIn, type WasmLayout } from './layout.ts';
import { type Ref, scalarConstant } from './machine.ts';
import type { ModuleScope } from './scope.ts';

/** Adds and exports a function without parameters that runs these steps. */
export function emitSteps(shared: ModuleScope, layout: WasmLayout, name: string, steps: readonly ModuleStep[]): void {
  const emitter: StepEmitter = { shared, layout, counters: [], labels: 0 };
  const body = shared.module.block(
    null,
    steps.map((step) => emitStep(emitter, step)),
  );
  addExported(shared, name, emitter.counters, body);
}

/** As `emitSteps`, with a function of its own for each step: `NAME_0`, `NAME_1`, ... */
export function emitStepsApart(shared: ModuleScope, layout: WasmLayout, name: string, steps: readonly ModuleStep[]): void {
  steps.forEach((step, position) => emitSteps(shared, layout, `${name}_${position}`, [step]));
  const calls = steps.map((_, position) => shared.module.call(exportedName(`${name}_${position}`), [], binaryen.none));
  addExported(shared, name, [], shared.module.block(null, calls));
}

interface StepEmitter {
  readonly shared: ModuleScope;
  readonly layout: WasmLayout;
  /** Types of the function's locals, one counter for each `repeat`. */
  readonly counters: binaryen.Type[];
  labels: number;
}

/** Not an identifier, so that no kernel has it. */
const exportedName = (name: string): string => `entry.${name}`;

function addExported({ module }: ModuleScope, name: string, locals: readonly binaryen.Type[], body: Ref): void {
  module.addFunction(exportedName(name), binaryen.none, binaryen.none, locals, body);
  module.addFunctionExport(exportedName(name), name);
}

function emitStep(emitter: StepEmitter, step: ModuleStep): Ref {
  const { module } = emitter.shared;
  switch (step.kind) {
    case 'call':
      return emitCall(emitter, step);
    case 'zero':
      return module.memory.fill(
        module.i32.const(addressIn(emitter.layout, step.address)),
        module.i32.const(0),
        module.i32.const(step.bytes),
      );
    case 'branch':
      return emitBranch(emitter, step);
    case 'while':
      return emitWhile(emitter, step);
    case 'repeat':
      return emitRepeat(emitter, step);
    default:
      return step satisfies never;
  }
}

function emitBlock(emitter: StepEmitter, steps: readonly ModuleStep[]): Ref {
  return emitter.shared.module.block(
    null,
    steps.map((step) => emitStep(emitter, step)),
  );
}

function emitCall(emitter: StepEmitter, step: Extract<ModuleStep, { kind: 'call' }>): Ref {
  const { module, functions } = emitter.shared;
  const callee = functions.get(step.callee);
  if (!callee) throw new Error(`kerasc bug: ${step.label} calls ${step.callee}, which does not exist`);
  const range = step.parallel ? [0, step.parallel.extent].map((value): StepArgument => ({ kind: 'number', value })) : [];
  const args = [...step.args, ...range].map((arg, position) => argument(emitter, arg, callee.parameters[position]));
  return module.call(step.callee, args, binaryen.none);
}

function argument({ shared: { module }, layout }: StepEmitter, arg: StepArgument, parameter: Parameter | undefined): Ref {
  if (arg.kind === 'address') return module.i32.const(addressIn(layout, arg.address));
  if (!parameter || 'pointer' in parameter.type) throw new Error(`kerasc bug: the number ${arg.value} is passed where no number is taken`);
  return scalarConstant(module, parameter.type.scalar, arg.value);
}

/** An index outside of the branches runs none. */
function emitBranch(emitter: StepEmitter, { index, branches }: Extract<ModuleStep, { kind: 'branch' }>): Ref {
  const { module } = emitter.shared;
  const address = addressIn(emitter.layout, index);
  return branches.reduceRight<Ref>((otherwise, branch, position) => {
    const chosen = module.i32.eq(module.i32.load(0, 1, module.i32.const(address)), module.i32.const(position));
    return module.if(chosen, emitBlock(emitter, branch), otherwise);
  }, module.nop());
}

function emitWhile(emitter: StepEmitter, { test, condition, body }: Extract<ModuleStep, { kind: 'while' }>): Ref {
  const { module } = emitter.shared;
  const label = `while${emitter.labels++}`;
  const holds = module.i32.load8_u(0, 1, module.i32.const(addressIn(emitter.layout, condition)));
  const again = module.block(null, [emitBlock(emitter, body), module.br(label)]);
  return module.loop(label, module.block(null, [emitBlock(emitter, test), module.if(holds, again)]));
}

function emitRepeat(emitter: StepEmitter, { count, counter, body }: Extract<ModuleStep, { kind: 'repeat' }>): Ref {
  const { module } = emitter.shared;
  if (count <= 0) return module.nop();
  const local = emitter.counters.push(binaryen.i32) - 1;
  const label = `repeat${emitter.labels++}`;
  const get = (): Ref => module.local.get(local, binaryen.i32);
  return module.block(null, [
    module.local.set(local, module.i32.const(0)),
    module.loop(
      label,
      module.block(null, [
        module.i32.store(0, 1, module.i32.const(addressIn(emitter.layout, counter)), get()),
        emitBlock(emitter, body),
        module.local.set(local, module.i32.add(get(), module.i32.const(1))),
        module.br_if(label, module.i32.lt_s(get(), module.i32.const(count))),
      ]),
    ),
  ]);
}
