// The functions behind `inspect`, `check`, `compare` and `bench`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchModel } from '../../compiler/build/bench-model.ts';
import { checkModel } from '../../compiler/build/check-model.ts';
import { compareModel } from '../../compiler/build/compare-model.ts';
import { PASS_NAMES, printAfterPass, printKernels } from '../../compiler/build/inspect-model.ts';
import { prepareModel } from '../../compiler/build/prepare-model.ts';
import { inspectCommand } from '../../compiler/cli/commands/inspect.ts';
import { Input, layers, loadModel, Model } from '../../compiler/index.ts';
import { parseGraph } from '../../compiler/ir/parse.ts';
import { WASM_SIMD } from '../../targets/cpu.ts';
import { goldenModel } from './golden-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

function small(): Model {
  const input = Input({ shape: [4], name: 'features' });
  const hidden = new layers.Dense(3, { name: 'hidden', activation: 'tanh' })(input);
  return new Model({ inputs: input, outputs: new layers.Dense(2, { name: 'scores' })(hidden), name: 'small' });
}

describe('inspecting', () => {
  const { graph } = prepareModel(small());

  it.each(PASS_NAMES)('prints what is there after %s', (pass) => {
    const text = printAfterPass(graph, pass, WASM_SIMD);
    expect(text).toContain('"small"');
    expect(text).toContain('hidden');
  });

  it('prints graphs that parse back', () => {
    const text = printAfterPass(graph, 'trace', WASM_SIMD);
    expect(parseGraph(text).nodes).toHaveLength(graph.nodes.length);
  });

  it('prints stages as the arithmetic that they are', () => {
    expect(printAfterPass(graph, 'layout', WASM_SIMD)).toMatch(
      /scores: for \w+ < 2\n {4}b\d+\[0, \w+\] = add\(sum\[\w+ < 3\]\(multiply\(b\d+\[/,
    );
  });

  it('prints kernels with the steps that call them', () => {
    expect(printKernels(graph, WASM_SIMD)).toMatch(/^module small: [\s\S]*\nfunction [\s\S]*\nrun\n[\s\S]*# hidden/);
  });

  it('lists all passes in the help of its option', () => {
    const option = inspectCommand().options.find(({ long }) => long === '--after');
    expect(option?.description.split(/, | or /)).toEqual(PASS_NAMES);
  });

  it('names the passes where there is no such', () => {
    expect(() => printAfterPass(graph, 'polish', WASM_SIMD)).toThrow(
      /trace, hoist-invariants, canonicalize, mask-by-result, propagate-strides, fuse, in-place, layout/,
    );
  });
});

describe('checking', () => {
  it('finds nothing in a model that can be built', async () => {
    expect(await checkModel(goldenModel('residual_cnn').path, 'browser')).toEqual([]);
  });

  it('names all layers that are not known, in nested models too, and code that is never run', async () => {
    const layer = (className: string, name: string): object => ({ class_name: className, config: { name } });
    const config = {
      class_name: 'Sequential',
      config: {
        name: 'outer',
        layers: [
          layer('Teleport', 'first'),
          layer('Lambda', 'second'),
          { class_name: 'Sequential', config: { name: 'inner', layers: [layer('TimeMachine', 'third')] } },
        ],
      },
    };
    const path = join(folder, 'strange.json');
    writeFileSync(path, JSON.stringify(config));
    const problems = await checkModel(path, 'browser');
    expect(problems.map(({ where }) => where)).toEqual([
      'layer "first" (Teleport)',
      'layer "second" (Lambda)',
      'layer "third" (TimeMachine)',
    ]);
  });

  it('asks for shapes that the model leaves open', async () => {
    const path = join(folder, 'open.json');
    const conv = {
      class_name: 'Conv2D',
      config: { name: 'conv', filters: 2, kernel_size: [3, 3], batch_input_shape: [null, null, null, 3] },
    };
    writeFileSync(path, JSON.stringify({ class_name: 'Sequential', config: { name: 'open', layers: [conv] } }));
    const [problem, ...others] = await checkModel(path, 'browser');
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(/unknown size/);
  });
});

describe('comparing', () => {
  it('finds no operation where all is within tolerance', async () => {
    const result = await compareModel(await loadModel(goldenModel('separable_cnn').path), { targets: ['reference', 'wasm'] });
    expect(result.first).toBeNull();
    expect(result.outputs[0]?.difference.scaled).toBeLessThan(1e-5);
  });

  it('finds the operation that rounds first, where nothing is allowed', async () => {
    const steps: string[] = [];
    const model = await loadModel(goldenModel('residual_cnn').path);
    const result = await compareModel(model, { targets: ['reference', 'wasm'], tolerance: 1e-12, onProgress: (step) => steps.push(step) });
    // The first sum of products: the reference adds in double.
    expect(result.first).toMatchObject({ operation: 'convolution', layer: 'conv2d', shape: [1, 8, 8, 6] });
    expect(result.first?.difference.scaled).toBeLessThan(1e-6);
    expect(steps.length).toBeGreaterThan(2);
  });

  it('refuses to compare a target with itself', async () => {
    await expect(compareModel(small(), { targets: ['wasm', 'wasm'] })).rejects.toThrow(/both "wasm"/);
  });
});

describe('measuring', () => {
  it('gives times, speed and the share of the peak of this machine', async () => {
    const result = await benchModel(small(), { target: 'wasm', seconds: 0.05 });
    expect(result.runs).toBeGreaterThanOrEqual(5);
    expect(result.p95Milliseconds).toBeGreaterThanOrEqual(result.medianMilliseconds);
    expect(result.peakGigaflopsPerSecond).toBeGreaterThan(1);
    expect(result.shareOfPeak).toBeCloseTo(result.gigaflopsPerSecond / (result.peakGigaflopsPerSecond as number), 6);
    expect(result.shareOfPeak).toBeLessThan(1);
  });

  it('knows no peak for the reference', async () => {
    expect((await benchModel(small(), { target: 'reference', seconds: 0.01 })).shareOfPeak).toBeNull();
  });
});
