// An executor that compiles every graph with the machine's C++ compiler: slow to start, and one more independent opinion.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { compileGraph } from '../../compiler/compile/compile-graph.ts';
import { allocate } from '../../compiler/ir/dtype.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { Graph } from '../../compiler/ir/graph.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { printGraph } from '../../compiler/ir/print.ts';
import { elementCount } from '../../compiler/ir/shape.ts';
import type { Executor } from '../../compiler/trace/evaluate.ts';
import { compilerFlags, findCompiler, hostTargets, libraryOpener, type NativeModel, readRuntimeFiles } from '../../targets/native/index.ts';

/** Builds the addon and the runtime's objects, then compiles each new graph when it is first run. */
export async function createNativeExecutor(): Promise<Executor> {
  const compiler = await findCompiler();
  const open = await libraryOpener();
  const folder = mkdtempSync(join(tmpdir(), 'kerasc-conformance-'));
  const [command, ...fixed] = compiler.command as [string, ...string[]];
  // Every kernel is small and runs once: optimizing for real would take most of the time.
  const flags = [...compilerFlags(compiler.family), '-O1', '-fPIC', '-fvisibility=hidden', '-pthread', '-DKERASC_SHARED'];
  const invoke = (args: readonly string[]): void => void execFileSync(command, [...fixed, ...args], { cwd: folder, stdio: 'pipe' });
  const runtime = await readRuntimeFiles();
  for (const { name, text } of runtime) writeFileSync(join(folder, name), text);
  const objects = runtime.filter(({ name }) => name.endsWith('.cpp')).map(({ name }) => name);
  for (const name of objects) invoke([...flags, '-c', name, '-o', `${name}.o`]);
  let count = 0;
  const known = new Map<string, NativeModel>();

  const compile = (graph: Graph): NativeModel => {
    const [target] = hostTargets();
    if (!target) throw new Error('no target describes this machine');
    const module = compileGraph(graph, target);
    const library = emitCpp([{ target, module }], { name: `case${count++}` });
    writeFileSync(join(folder, library.header.name), library.header.text);
    for (const { name, text } of library.sources) writeFileSync(join(folder, name), text);
    const own = library.sources.flatMap((source) => source.flags);
    invoke([
      ...flags,
      ...own,
      '-shared',
      ...library.sources.map(({ name }) => name),
      ...objects.map((name) => `${name}.o`),
      '-lm',
      '-o',
      `${library.prefix}.so`,
    ]);
    return open(join(folder, `${library.prefix}.so`)).create({ weights: module.weights });
  };
  return (graph, inputs) => {
    if (graph.nodes.length === 0) return executeReference(graph, inputs);
    const text = printGraph(graph);
    const model = known.get(text) ?? compile(graph);
    known.set(text, model);
    const types = graph.outputs.map((output) => output.type);
    const outputs = types.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
    model.run(
      inputs.map((input) => input.data),
      outputs,
    );
    return types.map(({ dtype, shape }, index) => ndarray(dtype, shape, outputs[index]));
  };
}
