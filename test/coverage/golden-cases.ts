// How many golden cases of Keras tell about a symbol, and how many of those are known to differ.
import { fileURLToPath } from 'node:url';
import { KNOWN_DIFFERENCES } from '../conformance/known-differences.ts';
import { listGroups, readCases } from '../conformance/run.ts';
import { UNDECIDABLE } from '../conformance/undecidable.ts';

const GOLDEN = fileURLToPath(new URL('../golden/conformance', import.meta.url));

/** The module that a group of cases tells about. */
const MODULES: Readonly<Record<string, string>> = {
  activations: 'keras.activations',
  applications: 'keras.applications',
  callbacks: 'keras.callbacks',
  constraints: 'keras.constraints',
  initializers: 'keras.initializers',
  layers: 'keras.layers',
  losses: 'keras.losses',
  metrics: 'keras.metrics',
  ops: 'keras.ops',
  optimizers: 'keras.optimizers',
  random: 'keras.random',
  regularizers: 'keras.regularizers',
  schedules: 'keras.optimizers.schedules',
  utils: 'keras.utils',
};

export interface CaseCount {
  /** Replayed, with results as Keras's. */
  readonly agree: number;
  /** Listed as known differences. */
  readonly differ: number;
}

/** Cases by full name: `keras.ops.image.resize`. */
export function countCases(): ReadonlyMap<string, CaseCount> {
  const counts = new Map<string, CaseCount>();
  for (const group of listGroups(GOLDEN)) {
    const module = MODULES[group];
    if (module === undefined) continue;
    for (const { id } of readCases(GOLDEN, group)) {
      if (UNDECIDABLE.has(id)) continue;
      const name = `${module}.${id.split('/')[1]}`;
      const { agree, differ } = counts.get(name) ?? { agree: 0, differ: 0 };
      const isKnown = id in KNOWN_DIFFERENCES;
      counts.set(name, { agree: agree + (isKnown ? 0 : 1), differ: differ + (isKnown ? 1 : 0) });
    }
  }
  return counts;
}
