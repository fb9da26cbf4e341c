// How a native bundle's memory is counted and where the runtime keeps inputs and outputs: they come first, in one block.
import { entriesOf, type KernelModule, stateBytes } from '../../codegen/module.ts';
import type { BundleProgram } from '../../targets/bundle/index.ts';
import type { StepLayout } from './step-contents.ts';

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
/** The unit in which manifests state memory. */
const PAGE = 65_536;

export function layoutNative(module: KernelModule): BundleProgram['memory'] & Pick<StepLayout, 'states' | 'entries'> {
  let next = 0;
  const place = (bytes: number): { readonly offset: number; readonly bytes: number } => {
    const offset = next;
    next = align(next + bytes);
    return { offset, bytes };
  };
  let end = 0;
  // Entries run one after the other, in the same place.
  const entries = entriesOf(module).map((entry) => {
    next = 0;
    const regions = { inputs: entry.inputs.map(({ bytes }) => place(bytes)), outputs: entry.outputs.map(({ bytes }) => place(bytes)) };
    end = Math.max(end, next);
    return regions;
  });
  next = end;
  const weights = place(module.weights.byteLength);
  // Memory of its own, counted from its start.
  const states = { offset: 0, bytes: place(stateBytes(module)).bytes };
  place(module.arenaBytes);
  const { inputs, outputs } = module.entries ? { inputs: [], outputs: [] } : (entries[0] as (typeof entries)[number]);
  return { bytes: Math.ceil(next / PAGE) * PAGE, weights, states, entries, inputs, outputs };
}
