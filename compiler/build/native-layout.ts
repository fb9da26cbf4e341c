// How a native bundle's memory is counted and where the runtime keeps inputs and outputs: they come first, in one block.
import type { KernelModule } from '../../codegen/module.ts';
import type { BundleProgram } from '../../targets/bundle/index.ts';

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
/** The unit in which manifests state memory. */
const PAGE = 65_536;

export function layoutNative(module: KernelModule): BundleProgram['memory'] {
  let next = 0;
  const place = (bytes: number): { readonly offset: number; readonly bytes: number } => {
    const offset = next;
    next = align(next + bytes);
    return { offset, bytes };
  };
  const inputs = module.inputs.map(({ bytes }) => place(bytes));
  const outputs = module.outputs.map(({ bytes }) => place(bytes));
  const weights = place(module.weights.byteLength);
  place(module.arenaBytes);
  return { bytes: Math.ceil(next / PAGE) * PAGE, weights, inputs, outputs };
}
