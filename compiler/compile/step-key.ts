// A name for what a step is compiled from: equal names, equal programs.
import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph, Value } from '../ir/graph.ts';
import type { StepGraphs, StepOptions } from '../trace/step.ts';

/** @param machine all that the code depends on besides the graphs: the target, the C++ compiler */
export function stepKey(graphs: StepGraphs, { constants }: StepOptions, machine: readonly string[]): string {
  const hash = createHash('sha256').update(compilerIdentity()).update(JSON.stringify(machine));
  for (const [entry, graph] of Object.entries(graphs)) {
    hash.update(`entry ${JSON.stringify(entry)}`);
    addGraph(hash, graph, constants);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Values of states are not part of it: they are given to the program later. */
function addGraph(
  hash: Hash,
  { name, inputs, parameters, nodes, outputs, updates }: Graph,
  constants: ReadonlySet<string> | undefined,
): void {
  const describe = ({ id, type, name: own }: Value): unknown => [id, type.dtype, type.shape, own];
  const text = (value: unknown): string => JSON.stringify(value, replaceData(hash));
  hash.update(text([name, inputs.map(describe), outputs.map(describe), updates.map(({ path, value }) => [path, value.id])]));
  for (const { path, value, data } of parameters) {
    const isConstant = constants?.has(path) ?? false;
    hash.update(text([path, describe(value), isConstant, isConstant ? data.data : null]));
  }
  for (const node of nodes)
    hash.update(text([node.op, node.params, node.inputs.map(({ id }) => id), node.outputs.map(describe), node.scope]));
}

/** Data goes into the hash by its bytes, and numbers that JSON does not have by their names. */
function replaceData(hash: Hash): (key: string, value: unknown) => unknown {
  return (_, value) => {
    if (ArrayBuffer.isView(value)) {
      hash.update(value.constructor.name).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return `data ${value.byteLength}`;
    }
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  };
}

let identity: string | undefined;

/** The folders whose code decides what comes out. */
const FOLDERS = ['codegen', 'compiler/compile', 'compiler/ir', 'compiler/passes', 'targets'];

/** Another version of the compiler may make other programs, also one that somebody is working on. */
function compilerIdentity(): string {
  if (identity === undefined) {
    const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
    const hash = createHash('sha256');
    for (const folder of FOLDERS) {
      for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
        if (/(?<!\.d)\.[jt]s$/.test(name)) hash.update(name).update(readFileSync(join(root, folder, name)));
      }
    }
    identity = hash.digest('hex');
  }
  return identity;
}
