// Decides which values get memory. All others are computed inside the stage that reads them.
//
// A stage is a tree of elementwise operations and index arithmetic with at most one anchor (a reduction or contraction)
// in it. A value gets memory if more than one operation reads it, if it would be computed again and again by its only
// reader (the operand of a contraction, of a broadcast, of overlapping windows), or if the stage has its anchor already.
import type { Graph, Node, Value } from '../../ir/graph.ts';
import { BINARY, type PrimitiveName, UNARY } from '../../ir/primitives/params.ts';

export type NodeClass =
  | 'elementwise'
  | 'view'
  | 'source'
  | 'concatenate'
  | 'indexed'
  | 'reduce'
  | 'window'
  | 'contraction'
  | 'library'
  | 'control';

const CLASSES: ReadonlyMap<PrimitiveName, NodeClass> = new Map<PrimitiveName, NodeClass>([
  ...[...UNARY, ...BINARY, 'compare', 'select', 'is_finite', 'cast', 'bitcast', 'stop_gradient'].map(
    (op) => [op as PrimitiveName, 'elementwise'] as const,
  ),
  ...['barrier', 'broadcast', 'reshape', 'transpose', 'reverse', 'slice', 'pad'].map((op) => [op as PrimitiveName, 'view'] as const),
  ['constant', 'source'],
  ['iota', 'source'],
  ['concatenate', 'concatenate'],
  ['gather', 'indexed'],
  ['dynamic_slice', 'indexed'],
  ['dynamic_update_slice', 'indexed'],
  ['reduce', 'reduce'],
  ['arg_reduce', 'reduce'],
  ['reduce_window', 'window'],
  ['dot_general', 'contraction'],
  ['convolution', 'contraction'],
  ...['cumulative', 'sort', 'top_k', 'scatter', 'random_bits'].map((op) => [op as PrimitiveName, 'library'] as const),
  ...['cond', 'while', 'scan'].map((op) => [op as PrimitiveName, 'control'] as const),
]);

export function classOf(op: PrimitiveName): NodeClass {
  const found = CLASSES.get(op);
  if (!found) throw new Error(`kerasc bug: the primitive ${op} has no place in lowering`);
  return found;
}

/** What a value costs to compute inside its reader. */
interface Inlined {
  /** The reduction or contraction inside. */
  readonly anchor?: Node | undefined;
  /** Contains arithmetic, not just index arithmetic. */
  readonly computed: boolean;
}

const FREE: Inlined = { computed: false };

/** The values of a graph that get a buffer of their own (inputs and parameters have theirs already). */
export function planFusion(graph: Graph): ReadonlySet<Value> {
  const materialized = new Set<Value>([...graph.outputs, ...graph.updates.map((update) => update.value)]);
  const readers = findReaders(graph);
  // Each round only adds values, and a value added for one reason may separate the readers of another. Shared ones come first: what
  // is computed from them no longer has their anchor in it.
  for (let before = -1; before !== materialized.size; ) {
    before = materialized.size;
    addShared(graph, readers, materialized);
    addOperands(graph, materialized);
  }
  return materialized;
}

/** Adds the values that their reader must not compute inside itself. */
function addOperands(graph: Graph, materialized: Set<Value>): void {
  const inlined = new Map<Value, Inlined>();
  const costOf = (value: Value): Inlined => (materialized.has(value) ? FREE : (inlined.get(value) ?? FREE));
  for (const node of graph.nodes) {
    const kind = classOf(node.op);
    for (const operand of operandsToMaterialize(node, kind, costOf)) materialized.add(operand);
    const costs = node.inputs.map(costOf);
    const cost: Inlined = {
      anchor: isAnchor(kind) ? node : node.inputs.map(costOf).find((item) => item.anchor)?.anchor,
      computed: isComputed(kind) || costs.some((item) => item.computed),
    };
    for (const output of node.outputs) {
      inlined.set(output, cost);
      if (kind === 'library' || kind === 'control' || kind === 'concatenate') materialized.add(output);
    }
  }
}

/** Adds computed values that would be computed in more than one stage, or in more than one loop of a stage. */
function addShared(graph: Graph, readers: ReadonlyMap<Value, readonly Node[]>, materialized: Set<Value>): void {
  /** The stage that a value is computed in, named by the value the stage is for. */
  const stages = new Map<Value, Value>();
  const computed = computedValues(graph, materialized);
  for (const node of [...graph.nodes].reverse()) {
    for (const output of node.outputs) {
      const found = readers.get(output) ?? [];
      const homes = new Set(found.map((reader) => stages.get(reader.outputs[0] as Value)));
      const together = homes.size === 1 && (found.length === 1 || found.every((reader) => classOf(reader.op) === 'elementwise'));
      if (!together && computed.has(output)) materialized.add(output);
      stages.set(output, materialized.has(output) || !together ? output : ([...homes][0] ?? output));
    }
  }
}

const isAnchor = (kind: NodeClass): boolean => kind === 'reduce' || kind === 'window' || kind === 'contraction';

const isComputed = (kind: NodeClass): boolean => kind !== 'view' && kind !== 'source';

/** Values whose reader would do arithmetic for them: results of operations, and views of such results without memory. */
function computedValues(graph: Graph, materialized: ReadonlySet<Value>): ReadonlySet<Value> {
  const computed = new Set<Value>();
  for (const node of graph.nodes) {
    const seesComputed = node.inputs.some((input) => computed.has(input) && !materialized.has(input));
    if (isComputed(classOf(node.op)) || seesComputed) for (const output of node.outputs) computed.add(output);
  }
  return computed;
}

/** Operands that this node must not compute inside itself. */
function operandsToMaterialize(node: Node, kind: NodeClass, costOf: (value: Value) => Inlined): readonly Value[] {
  const where = (test: (cost: Inlined) => boolean): readonly Value[] => node.inputs.filter((input) => test(costOf(input)));
  switch (kind) {
    case 'elementwise': {
      // Operands may share one anchor. The one computed last keeps its place: the others are ready by the time it is.
      const anchored = node.inputs.filter((input) => costOf(input).anchor);
      const last = anchored.reduce<Value | undefined>((latest, value) => (latest && latest.id > value.id ? latest : value), undefined);
      return anchored.filter((value) => costOf(value).anchor !== (last && costOf(last).anchor));
    }
    case 'view':
      return node.op === 'broadcast' || node.op === 'pad' ? where((cost) => cost.computed) : where((cost) => cost.anchor !== undefined);
    case 'reduce':
      return where((cost) => cost.anchor !== undefined);
    case 'indexed':
      return node.inputs.filter((input, index) => (index === 0 ? costOf(input).computed : costOf(input).anchor !== undefined));
    case 'window':
    case 'contraction':
      return where((cost) => cost.computed);
    case 'library':
    case 'control':
      return node.inputs;
    case 'concatenate':
    case 'source':
      return [];
    default:
      return kind satisfies never;
  }
}

function findReaders(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  return readers;
}
