// Assignments that depend on a tensor, in a form that a trace can hold.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';

/** Runs `body`; variables that it assigned keep what it gave them where `condition` holds, and what they had elsewhere. */
export function assignIf(condition: Tensor, variables: readonly Variable[], body: () => void): void {
  const before = variables.map((variable) => variable.read());
  body();
  variables.forEach((variable, index) => {
    const old = before[index] as Tensor;
    const next = variable.read();
    if (!isSame(old, next)) variable.assign(ops.where(condition, next, old) as Tensor);
  });
}

/** In a trace each read of a variable is a tensor of its own. */
const isSame = (a: Tensor, b: Tensor): boolean =>
  a === b || (a.source.kind === 'variable' && b.source.kind === 'variable' && a.source.variable === b.source.variable);
