// Where a symbolic tensor comes from.
import type { KerasTensor } from './keras-tensor.ts';

/** The Inputs that a tensor was made from, each once. */
export function getSourceInputs(tensor: KerasTensor): KerasTensor[] {
  const found = new Set<KerasTensor>();
  const visit = (current: KerasTensor): void => {
    const node = current.history?.node;
    if (!node || node.isInput) found.add(current);
    else node.inputs.forEach(visit);
  };
  visit(tensor);
  return [...found];
}
