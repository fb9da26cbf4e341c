// Variables that live in a program: while it holds them, reading and assigning them goes through to its states.
import type { NDArray } from '../ir/ndarray.ts';
import type { CompiledStep } from './step.ts';
import type { Variable, VariableHolder } from './variable.ts';

export interface StepBinding {
  /** Moves the variables' values into the program, from wherever they are. Does nothing where the program holds them already. */
  acquire(): void;
  /** Gives the variables their values back. To be called before the program is disposed of. */
  release(): void;
}

/** Ties variables to the program's states of the same paths. Programs that share variables take turns: each acquires them before it runs. */
export function bindVariables(step: CompiledStep, variables: Iterable<Variable>): StepBinding {
  const paths = new Set(step.paths);
  const bound = [...new Set(variables)]
    .filter(({ path }) => paths.has(path))
    .map((variable) => ({ variable, holder: holderOf(step, variable) }));
  return {
    acquire: () => {
      for (const { variable, holder } of bound) {
        if (variable.holder === holder) continue;
        holder.write(variable.value);
        variable.hold(holder);
      }
    },
    release: () => {
      for (const { variable, holder } of bound) if (variable.holder === holder) variable.hold(undefined);
    },
  };
}

/** Reading twice gives the same array as long as nothing has run: others tell by it whether a variable has changed. */
function holderOf(step: CompiledStep, { path }: Variable): VariableHolder {
  let version = -1;
  let known: NDArray | undefined;
  return {
    read: () => {
      if (!known || version !== step.version) {
        known = step.readState(path);
        version = step.version;
      }
      return known;
    },
    write: (value) => step.writeState(path, value),
  };
}
