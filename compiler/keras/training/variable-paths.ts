// Paths that tell a model's variables apart: programs know their states by path.
import type { Variable } from '../../trace/variable.ts';

export class VariablePaths {
  readonly #owners = new Map<string, Variable>();

  /** Makes sure that no other variable met here has this one's path. */
  readonly claim = (variable: Variable): void => {
    const { path } = variable;
    for (let count = 1; (this.#owners.get(variable.path) ?? variable) !== variable; count++) variable.path = `${path}_${count}`;
    this.#owners.set(variable.path, variable);
  };
}
