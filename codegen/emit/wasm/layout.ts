// Where a module's regions lie in WebAssembly memory: weights, arena, private arrays, inputs, outputs, each on 64 bytes.
import { memoryBytes } from '../../kernel-ir/build.ts';
import type { KernelFunction, Statement } from '../../kernel-ir/types.ts';
import { type Address, entriesOf, type KernelModule, stateBytes } from '../../module.ts';

export interface Region {
  readonly offset: number;
  readonly bytes: number;
}

export interface EntryRegions {
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
}

/** Byte addresses in the module's one memory. */
export interface WasmLayout {
  readonly weights: Region;
  /** Of no bytes where the module has no states. */
  readonly states: Region;
  readonly arena: Region;
  /** Of the only entry; where there are several, they share one place. */
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  /** Of each entry, in the module's order. */
  readonly entries: readonly EntryRegions[];
  /** Size of the memory: whole pages of 64 KiB. This is the peak, and all there is. */
  readonly bytes: number;
  /** Address of each private array, by function and name. */
  readonly arrays: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** A pointer may pass a little before its buffer (a tap left of the border) and the constant offset of an access may bring it back. */
const FIRST_BYTE = 1024;
const PAGE = 65_536;
/** WebAssembly's 32-bit addresses; the last page stays out of use, so that offsets past a region do not wrap. */
const LARGEST_BYTES = 2 ** 32 - PAGE;

export function layoutMemory(module: KernelModule): WasmLayout {
  let next = FIRST_BYTE;
  const place = (bytes: number): Region => {
    const offset = next;
    next = align(next + bytes);
    return { offset, bytes };
  };
  const weights = place(module.weights.byteLength);
  const states = place(stateBytes(module));
  const arena = place(module.arenaBytes);
  const frames = layoutArrays(module.functions);
  const arrays = place(frames.bytes);
  // Inputs are written before a run and outputs read after it: entries need no places of their own.
  const firstPort = next;
  let end = next;
  const entries = entriesOf(module).map((entry): EntryRegions => {
    next = firstPort;
    const regions = { inputs: entry.inputs.map(({ bytes }) => place(bytes)), outputs: entry.outputs.map(({ bytes }) => place(bytes)) };
    end = Math.max(end, next);
    return regions;
  });
  const bytes = Math.ceil(end / PAGE) * PAGE;
  if (bytes > LARGEST_BYTES) throw new Error(tooLarge(module, bytes));
  const { inputs, outputs } = module.entries ? { inputs: [], outputs: [] } : (entries[0] as EntryRegions);
  return { weights, states, arena, inputs, outputs, entries, bytes, arrays: rebase(frames.places, arrays.offset) };
}

export function addressIn(layout: WasmLayout, { region, index, offset }: Address): number {
  const place = region === 'input' ? layout.inputs[index] : region === 'output' ? layout.outputs[index] : layout[region];
  if (!place) throw new Error(`kerasc bug: there is no ${region} ${index}`);
  return place.offset + offset;
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

function tooLarge(module: KernelModule, bytes: number): string {
  const gigabytes = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  return `${module.name} needs ${gigabytes(bytes)} of memory (weights ${gigabytes(module.weights.byteLength + stateBytes(module))}, activations ${gigabytes(module.arenaBytes)}); WebAssembly can address 4 GiB. Build it with a smaller batch, or for a native target.`;
}

interface Frames {
  readonly bytes: number;
  readonly places: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Functions do not recurse: a function's arrays lie behind those of all its callees, and functions that never meet share. */
function layoutArrays(functions: readonly KernelFunction[]): Frames {
  const ends = new Map<string, number>();
  const places = new Map<string, ReadonlyMap<string, number>>();
  let bytes = 0;
  for (const declared of functions) {
    const nested = flatten(declared.body);
    const callees = nested.flatMap((statement) => (statement.kind === 'call' ? [ends.get(statement.callee) ?? 0] : []));
    let end = Math.max(0, ...callees);
    const own = new Map<string, number>();
    for (const statement of nested) {
      if (statement.kind !== 'array') continue;
      own.set(statement.name, end);
      end = align(end + statement.elements * memoryBytes(statement.type.pointer));
    }
    ends.set(declared.name, end);
    places.set(declared.name, own);
    bytes = Math.max(bytes, end);
  }
  return { bytes, places };
}

function flatten(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'for' || statement.kind === 'while') return [statement, ...flatten(statement.body)];
    if (statement.kind === 'if') return [statement, ...flatten(statement.then), ...flatten(statement.otherwise)];
    return [statement];
  });
}

function rebase(places: Frames['places'], base: number): Frames['places'] {
  return new Map([...places].map(([name, own]) => [name, new Map([...own].map(([array, offset]) => [array, base + offset]))]));
}
