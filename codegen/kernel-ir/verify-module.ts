// Checks a whole kernel module: its functions, and that every step passes what its function takes and stays in its regions.
import { type Address, entriesOf, type KernelModule, type ModuleStep, stateBytes } from '../module.ts';
import { isPointer, memoryBytes } from './build.ts';
import type { KernelFunction, Parameter } from './types.ts';
import { formatType, verifyFunctions } from './verify.ts';

/** Throws with the place and the reason if the module is not legal. */
export function verifyModule(module: KernelModule): void {
  verifyFunctions(module.functions);
  const functions = new Map(module.functions.map((declared) => [declared.name, declared]));
  for (const step of module.prepare) verifyStep(step, module, functions);
  for (const { run, inputs, outputs } of entriesOf(module))
    for (const step of run) verifyStep(step, { ...module, inputs, outputs }, functions);
}

type Functions = ReadonlyMap<string, KernelFunction>;

function verifyStep(step: ModuleStep, module: KernelModule, functions: Functions): void {
  const nested = (steps: readonly ModuleStep[]): void => steps.forEach((inner) => verifyStep(inner, module, functions));
  switch (step.kind) {
    case 'call':
      return verifyCall(step, module, functions);
    case 'zero':
      return verifyAddress(step.address, step.bytes, module, 'a zero step');
    case 'branch':
      verifyAddress(step.index, 4, module, 'a branch index');
      return step.branches.forEach(nested);
    case 'while':
      verifyAddress(step.condition, 1, module, 'a loop condition');
      nested(step.test);
      return nested(step.body);
    case 'repeat':
      verifyAddress(step.counter, 4, module, 'a loop counter');
      return nested(step.body);
    default:
      return step satisfies never;
  }
}

function verifyCall(step: Extract<ModuleStep, { kind: 'call' }>, module: KernelModule, functions: Functions): void {
  const fail = (reason: string): never => {
    throw new Error(`kerasc bug: call of ${step.callee} for ${step.label}: ${reason}`);
  };
  const callee = functions.get(step.callee) ?? fail('there is no such function');
  const passed = step.args.length + (step.parallel ? 2 : 0);
  if (passed !== callee.parameters.length) fail(`${callee.parameters.length} parameters, ${passed} arguments`);
  callee.parameters.forEach((parameter, position) => {
    const arg = step.args[position];
    if (!arg || arg.kind === 'number') {
      if (formatType(parameter.type) !== 'index' && !arg) fail(`${parameter.name} should be the begin or end of a range`);
      if (isPointer(parameter.type)) fail(`${parameter.name} is a pointer and gets a number`);
      return;
    }
    verifyAddressArgument(parameter, arg.memory, fail);
    verifyAddress(arg.address, memoryBytes(arg.memory), module, `${parameter.name} of ${step.callee}`);
    if (parameter.writes && (arg.address.region === 'weights' || arg.address.region === 'input'))
      fail(`${parameter.name} would write to ${arg.address.region}`);
  });
}

function verifyAddressArgument(parameter: Parameter, memory: string, fail: (reason: string) => never): void {
  if (!isPointer(parameter.type)) fail(`${parameter.name} is a number and gets an address`);
  else if (parameter.type.pointer !== memory) fail(`${parameter.name} points to ${parameter.type.pointer} and gets ${memory}`);
}

/** An empty tensor may stand at the end of its region. */
function verifyAddress(address: Address, bytes: number, module: KernelModule, what: string): void {
  const size = regionBytes(address, module);
  if (size === undefined) throw new Error(`kerasc bug: ${what} is in ${address.region} ${address.index}, which does not exist`);
  const inside = address.offset >= 0 && (address.offset + bytes <= size || address.offset === size);
  if (!inside) throw new Error(`kerasc bug: ${what} is at byte ${address.offset} of ${size} of ${address.region} ${address.index}`);
}

function regionBytes(address: Address, module: KernelModule): number | undefined {
  switch (address.region) {
    case 'weights':
      return module.weights.byteLength;
    case 'arena':
      return module.arenaBytes;
    case 'states':
      return stateBytes(module);
    case 'input':
      return module.inputs[address.index]?.bytes;
    case 'output':
      return module.outputs[address.index]?.bytes;
    default:
      return address.region satisfies never;
  }
}
