// Splits the joint graph of a scan's step and its backward step in two: what the backward step needs of the forward one is saved.
import type { Graph, Node, Value } from '../graph.ts';
import type { PrimitiveName } from './params.ts';

/** One step forward and back: inputs are those of the forward body, then further constants, then cotangents. */
export interface JointStep {
  readonly graph: Graph;
  /** The same in every step. */
  readonly constants: readonly Value[];
  readonly carry: readonly Value[];
  readonly rows: readonly Value[];
  readonly cotangents: readonly Value[];
}

/** Cheaper to do again than to save: they only look at their operand in another way. */
const VIEWS: ReadonlySet<PrimitiveName> = new Set(['broadcast', 'reshape', 'transpose']);

export interface StepAnalysis {
  readonly producers: ReadonlyMap<Value, Node>;
  /** Depends on a cotangent: belongs to the backward step. */
  isBackward(value: Value): boolean;
  /** Is the same in every step. */
  isInvariant(value: Value): boolean;
}

/** Finds out what depends on what. */
export function analyzeStep({ graph, carry, rows, cotangents }: JointStep): StepAnalysis {
  const producers = new Map<Value, Node>();
  const backward = new Set<Value>(cotangents);
  const varying = new Set<Value>([...carry, ...rows, ...cotangents]);
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      producers.set(output, node);
      if (node.inputs.some((input) => backward.has(input))) backward.add(output);
      if (node.inputs.some((input) => varying.has(input))) varying.add(output);
    }
  }
  return { producers, isBackward: (value) => backward.has(value), isInvariant: (value) => !varying.has(value) };
}

export interface BackwardPart {
  readonly nodes: readonly Node[];
  /** Values of the forward step that these nodes read, in the order of the graph. */
  readonly saved: readonly Value[];
  /** The inputs of the joint step that they read. */
  readonly read: ReadonlySet<Value>;
}

/** The nodes that compute `outputs` in the backward step, given what the forward step can save. */
export function backwardPart(step: JointStep, analysis: StepAnalysis, outputs: readonly Value[]): BackwardPart {
  const live = new Set<Value>(outputs);
  const nodes: Node[] = [];
  const saved: Value[] = [];
  for (const node of step.graph.nodes.toReversed()) {
    const wanted = node.outputs.filter((output) => live.has(output));
    if (wanted.length === 0) continue;
    const isRepeated = node.outputs.some(analysis.isBackward) || VIEWS.has(node.op) || node.outputs.every(analysis.isInvariant);
    if (!isRepeated) {
      saved.push(...wanted);
      continue;
    }
    nodes.push(node);
    for (const input of node.inputs) live.add(input);
  }
  saved.push(...step.carry.filter((value) => live.has(value)));
  return { nodes: nodes.reverse(), saved: saved.reverse(), read: new Set(step.graph.inputs.filter((value) => live.has(value))) };
}

/** The forward step with `saved` as further rows of results. */
export function forwardPart({ graph, constants, carry, rows }: JointStep, outputs: readonly Value[], saved: readonly Value[]): Graph {
  const live = new Set<Value>([...outputs, ...saved]);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const isLive = node.outputs.some((output) => live.has(output));
    if (isLive) for (const input of node.inputs) live.add(input);
    return isLive;
  });
  return { ...graph, inputs: [...constants, ...carry, ...rows], nodes: nodes.reverse(), outputs: [...outputs, ...saved] };
}
