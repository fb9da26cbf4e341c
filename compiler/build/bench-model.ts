// Measures how fast a model runs here, and how near that is to what the machine can do.
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { emitWasm } from '../../codegen/emit/wasm/index.ts';
import { compileLibrary, loadLibrary } from '../../targets/native/index.ts';
import { instantiateWasm } from '../../targets/node/instantiate.ts';
import { graphCost } from '../ir/cost.ts';
import type { Model } from '../keras/models/index.ts';
import { peakProgram } from './measure-peak.ts';
import { hostTarget, openProgram, type RunTarget } from './open-program.ts';
import { prepareModel, type ShapeOptions } from './prepare-model.ts';
import { probeInputs } from './probe-inputs.ts';

export interface BenchOptions extends ShapeOptions {
  readonly target: RunTarget;
  readonly threads?: number | undefined;
  /** At least so long, and at least five runs. Default 2. */
  readonly seconds?: number | undefined;
}

export interface BenchResult {
  readonly model: string;
  readonly target: RunTarget;
  readonly variant: string;
  readonly threads: number;
  readonly batch: number;
  readonly runs: number;
  readonly firstRunMilliseconds: number;
  readonly medianMilliseconds: number;
  readonly p95Milliseconds: number;
  /** Arithmetic of the graph as the model states it; tricks that need less of it raise what follows. */
  readonly gigaflops: number;
  readonly gigaflopsPerSecond: number;
  /** Multiply-adds alone, in registers, on as many threads; null for the reference. */
  readonly peakGigaflopsPerSecond: number | null;
  readonly shareOfPeak: number | null;
  readonly memoryBytes: number;
}

export async function benchModel(model: Model, options: BenchOptions): Promise<BenchResult> {
  const { target, threads = 1, seconds = 2 } = options;
  const { graph, name, batch } = prepareModel(model, options);
  const inputs = probeInputs(graph, 1);
  using program = await openProgram(graph, target, { threads });
  const firstRunMilliseconds = time(() => program.run(inputs));
  const times = repeat(() => program.run(inputs), seconds).sort((a, b) => a - b);
  const median = quantile(times, 0.5);
  const gigaflops = graphCost(graph).flops / 1e9;
  const gigaflopsPerSecond = gigaflops / (median / 1e3);
  const peak = target === 'reference' ? null : await measurePeak(target, threads);
  return {
    model: name,
    target,
    variant: program.variant,
    threads,
    batch: batch ?? 1,
    runs: times.length,
    firstRunMilliseconds,
    medianMilliseconds: median,
    p95Milliseconds: quantile(times, 0.95),
    gigaflops,
    gigaflopsPerSecond,
    peakGigaflopsPerSecond: peak,
    shareOfPeak: peak === null ? null : gigaflopsPerSecond / peak,
    memoryBytes: program.memoryBytes,
  };
}

const MINIMUM_RUNS = 5;
const MAXIMUM_RUNS = 100_000;

function repeat(work: () => void, seconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + seconds * 1e3;
  while (times.length < MINIMUM_RUNS || (performance.now() < end && times.length < MAXIMUM_RUNS)) times.push(time(work));
  return times;
}

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;

const PEAK_RUNS = 20;

/** GFLOP/s of the best of several runs. */
async function measurePeak(target: 'wasm' | 'native', threads: number): Promise<number> {
  const machine = hostTarget(target);
  const { module, flops } = peakProgram(machine, threads);
  const input = new Float32Array(machine.lanes).fill(0.5);
  const run = target === 'wasm' ? wasmRun(module, input) : await nativeRun(module, input, threads);
  const best = Math.min(...Array.from({ length: PEAK_RUNS }, () => time(run)));
  return flops / 1e6 / best;

  function wasmRun(peak: typeof module, factor: Float32Array): () => void {
    const program = instantiateWasm(emitWasm(peak, machine), peak);
    return () => void program.run([factor]);
  }

  async function nativeRun(peak: typeof module, factor: Float32Array, count: number): Promise<() => void> {
    const library = await loadLibrary(await compileLibrary(emitCpp([{ target: machine, module: peak }], { name: peak.name })));
    const opened = library.create({ weights: peak.weights, threads: count });
    return () => opened.run([factor], [new Float32Array(machine.lanes)]);
  }
}
