// The passes in order. Each is a pure function; `kerasc inspect --after NAME` prints what it made.
import { assignLayouts } from '../../codegen/stage/assign-layouts.ts';
import type { Program } from '../../codegen/stage/stage.ts';
import { updateInPlace } from '../../codegen/stage/update-in-place.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import type { Graph } from '../ir/graph.ts';
import { canonicalize } from './canonicalize/canonicalize.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { lower } from './lower/lower.ts';
import { maskByResult } from './mask-by-result.ts';
import { propagateStrides } from './propagate-strides.ts';

export interface PassOptions {
  readonly target: CpuTarget;
  /** Paths of parameters that live in the program and that its updates change. All others are constants. */
  readonly states?: ReadonlySet<string> | undefined;
}

/** Passes from graph to graph, in order. */
export const GRAPH_PASSES = [
  { name: 'hoist-invariants', run: hoistInvariants },
  { name: 'canonicalize', run: (graph: Graph, { states }: PassOptions): Graph => canonicalize(graph, { freezeParameters: true, states }) },
  { name: 'mask-by-result', run: maskByResult },
  { name: 'propagate-strides', run: propagateStrides },
] as const;

/** Passes on programs, after lowering, in order. */
export const PROGRAM_PASSES = [
  { name: 'in-place', run: updateInPlace },
  { name: 'layout', run: (program: Program, { target }: PassOptions): Program => assignLayouts(program, target) },
] as const;

/** What the compiler tells of its work: called after each pass with its result. */
export interface PassObserver {
  graph?(name: string, graph: Graph): void;
  program?(name: string, program: Program): void;
}

/** Runs all passes. */
export function runPasses(graph: Graph, options: PassOptions, observer: PassObserver = {}): Program {
  let current = graph;
  for (const pass of GRAPH_PASSES) {
    current = pass.run(current, options);
    observer.graph?.(pass.name, current);
  }
  let program = lower(current, options.states);
  observer.program?.('fuse', program);
  for (const pass of PROGRAM_PASSES) {
    program = pass.run(program, options);
    observer.program?.(pass.name, program);
  }
  return program;
}
