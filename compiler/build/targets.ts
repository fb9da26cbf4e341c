// What a model can be built for. One line here and one packaging make a target.
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { quote, ValueError } from '../errors/index.ts';
import { cPackaging, nativePackaging } from './cpp-packaging.ts';
import type { Packaging } from './packaging.ts';
import { browserPackaging, nodePackaging } from './wasm-packaging.ts';

export interface TargetEntry {
  readonly description: string;
  /** What the machine that builds must have. */
  readonly needs: string;
  readonly packaging: Packaging;
}

export const TARGETS = {
  browser: {
    description: 'An ES module with WebAssembly, for web pages. Runs in every browser since 2023.',
    needs: 'nothing but Node',
    packaging: browserPackaging,
  },
  node: {
    description: 'An ES module with WebAssembly, for Node, Deno and Bun.',
    needs: 'nothing but Node',
    packaging: nodePackaging,
  },
  native: {
    description: 'A library compiled for this machine, behind the same ES module.',
    needs: 'a C++ compiler (g++, clang++ or zig)',
    packaging: nativePackaging,
  },
  c: {
    description: 'C++17 sources without dependencies and a C header, for x86-64, arm64 and any other machine.',
    needs: 'nothing but Node; verified where a C++ compiler is found',
    packaging: cPackaging,
  },
} as const satisfies Record<string, TargetEntry>;

export type BuildTarget = keyof typeof TARGETS;

export function targetEntry(name: string): TargetEntry {
  if (Object.hasOwn(TARGETS, name)) return TARGETS[name as BuildTarget];
  throw new ValueError(`There is no target ${quote(name)}.`, {
    code: 'unknown-target',
    cure: `Targets: ${Object.keys(TARGETS).join(', ')}.`,
  });
}

/** A target's machine by name, the best by default. */
export function variantOf({ packaging }: TargetEntry, name?: string): CpuTarget {
  const variants = packaging.variants();
  const found = name === undefined ? variants[0] : variants.find((variant) => variant.name === name);
  if (found) return found;
  throw new ValueError(`There is no variant ${quote(name)}.`, {
    code: 'unknown-variant',
    cure: `Variants: ${variants.map((variant) => variant.name).join(', ')}.`,
  });
}
