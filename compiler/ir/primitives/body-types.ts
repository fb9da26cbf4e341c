// The type rule that cond, while and scan share: a nested graph takes and gives certain types and has no state.
import { formatType } from '../format-type.ts';
import type { Graph, TensorType } from '../graph.ts';
import { sameType, typeError } from './type-rules.ts';

/** Refuses a nested graph whose inputs or outputs have other types, or that has parameters or updates of its own. */
export function requireBodyTypes(
  op: 'cond' | 'while' | 'scan',
  body: Graph,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): void {
  if (body.parameters.length > 0 || body.updates.length > 0) {
    throw typeError(op, `the nested graph ${JSON.stringify(body.name)} reads or assigns variables; pass them as operands.`);
  }
  requireTypes(
    op,
    `inputs of ${JSON.stringify(body.name)}`,
    body.inputs.map((value) => value.type),
    inputs,
  );
  requireTypes(
    op,
    `outputs of ${JSON.stringify(body.name)}`,
    body.outputs.map((value) => value.type),
    outputs,
  );
}

function requireTypes(op: 'cond' | 'while' | 'scan', what: string, found: readonly TensorType[], expected: readonly TensorType[]): void {
  const fits = found.length === expected.length && found.every((type, index) => sameType(type, expected[index] as TensorType));
  if (!fits) throw typeError(op, `${what}: expected ${formatTypes(expected)}, found ${formatTypes(found)}.`);
}

const formatTypes = (types: readonly TensorType[]): string => `(${types.map(formatType).join(', ')})`;
