// Compiled steps as native code in this process.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import type { StateSlot } from '../../codegen/module.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import {
  buildFolder,
  type Compiler,
  compileLibrary,
  findCompiler,
  hostTargets,
  loadLibrary,
  plannedCacheFolder,
  readCached,
  storeCached,
  touch,
} from '../../targets/native/index.ts';
import { allocate } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { elementCount } from '../ir/shape.ts';
import type { CompiledStep, StepGraphs, StepOptions } from '../trace/step.ts';
import { compileStepGraphs } from './compile-graph.ts';
import { stepOnMachine } from './machine-step.ts';
import { stepKey } from './step-key.ts';

/** Throws NativeError where no compiler is found. */
export async function compileNativeStep(graphs: StepGraphs, options: StepOptions): Promise<CompiledStep> {
  const [target] = hostTargets() as [CpuTarget];
  const compiler = await findCompiler();
  const key = stepKey(graphs, options, [target.name, compiler.command.join(' '), compiler.version, process.arch]);
  const { root, library: path, weights, states } = readProgram(key) ?? (await compileProgram(graphs, options, { key, target, compiler }));
  const library = await loadLibrary(join(root, path), { cacheFolder: root });
  const model = library.create({ weights, threads: options.threads ?? threadsHere(process.env) });
  const positions = new Map(Object.keys(graphs).map((name, position) => [name, position]));
  return stepOnMachine(graphs, states, {
    target: 'native',
    run: (entry, inputs) => {
      const outputs = (graphs[entry] as Graph).outputs.map(({ type }) => allocate(type.dtype, elementCount(type.shape)));
      model.runEntry(positions.get(entry) as number, inputs, outputs);
      return outputs;
    },
    states: model.states,
    dispose: () => model.dispose(),
  });
}

/** KERASC_THREADS, or one for each processor. The numbers do not depend on it. */
function threadsHere(environment: NodeJS.ProcessEnv): number {
  const wished = Number(environment['KERASC_THREADS']);
  return Number.isInteger(wished) && wished > 0 ? Math.min(wished, 256) : Math.min(availableParallelism(), 64);
}

/** What is kept of a step from one process to the next; the library lies beside, in the same cache. */
interface StoredProgram {
  /** The cache that holds it. */
  readonly root: string;
  /** Path of the library in the cache. */
  readonly library: string;
  readonly weights: Uint8Array;
  readonly states: readonly StateSlot[];
}

interface Wanted {
  readonly key: string;
  readonly target: CpuTarget;
  readonly compiler: Compiler;
}

/** Some seconds of the C++ compiler; the headers alone take it half a second. */
const PART_LENGTH = 400_000;

async function compileProgram(graphs: StepGraphs, options: StepOptions, { key, target, compiler }: Wanted): Promise<StoredProgram> {
  const module = compileStepGraphs(graphs, options, target);
  const root = buildFolder();
  const path = await compileLibrary(emitCpp([{ target, module }], { name: 'step', partLength: PART_LENGTH }), {
    cacheFolder: root,
    compiler,
  });
  const { weights, states = [] } = module;
  const library = relative(root, path);
  const text = new TextEncoder().encode(JSON.stringify({ library, states }));
  if (root === plannedCacheFolder())
    storeCached(
      'steps',
      key,
      new Map([
        ['step.json', text],
        ['weights.bin', weights],
      ]),
    );
  return { root, library, weights, states };
}

function readProgram(key: string): StoredProgram | undefined {
  const files = readCached('steps', key);
  const [text, weights] = ['step.json', 'weights.bin'].map((name) => files?.get(name));
  if (!text || !weights) return undefined;
  const root = plannedCacheFolder();
  const { library, states } = JSON.parse(new TextDecoder().decode(text)) as Pick<StoredProgram, 'library' | 'states'>;
  if (!existsSync(join(root, library))) return undefined;
  touch(dirname(join(root, library)));
  return { root, library, weights, states };
}
