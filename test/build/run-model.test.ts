import { describe, expect, it } from 'vitest';
import { runModel } from '../../compiler/build/run-model.ts';
import { Input, Layer, layers, loadModel, Model, ops } from '../../compiler/index.ts';
import { type NDArray, ndarray } from '../../compiler/ir/ndarray.ts';
import { goldenModel } from './golden-model.ts';

const floats = (shape: number[], values: number[]): NDArray => ndarray('float32', shape, Float32Array.from(values));
const double = (): Model => {
  const input = Input({ shape: [2], name: 'x' });
  return new Model({ inputs: input, outputs: new layers.Rescaling(2, { name: 'twice' })(input) });
};

class CenterBatch extends Layer {
  override call(x: never): never {
    return ops.subtract(x, ops.mean(x, { axis: 0, keepdims: true })) as never;
  }
}

describe('running a model on arrays', () => {
  it.each(['reference', 'wasm'] as const)('gives what Keras gives on %s, sample after sample', async (target) => {
    const golden = goldenModel('multi_output_dict');
    const model = await loadModel(golden.path);
    const seen: number[] = [];
    const outputs = await runModel(model, new Map([['input_layer', golden.inputs[0] as NDArray]]), {
      target,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect([...outputs.keys()]).toEqual(['cls', 'reg']);
    [...outputs.values()].forEach((output, index) => {
      expect(output.shape).toEqual(golden.outputs[index]?.shape);
      expect(Array.from(output.data as Float32Array)).toEqual(
        Array.from(golden.outputs[index]?.data as Float32Array, (value) => expect.closeTo(value, 5)),
      );
    });
    expect(seen).toHaveLength(24);
    expect(seen.at(-1)).toBe(1);
  });

  it('runs all samples at once where they depend on each other', async () => {
    const input = Input({ shape: [2], name: 'x' });
    const model = new Model({ inputs: input, outputs: new CenterBatch({ name: 'center' })(input) });
    const outputs = await runModel(model, new Map([['x', floats([2, 2], [1, 2, 3, 6])]]), { target: 'wasm' });
    expect(outputs.get('center')).toEqual(floats([2, 2], [-1, -2, 1, 2]));
  });

  it('takes the array for the only input under any name, and numbers of another type', async () => {
    const bytes = ndarray('uint8', [1, 2], Uint8Array.of(3, 200));
    const outputs = await runModel(double(), new Map([['pixels', bytes]]), { target: 'wasm' });
    expect(outputs.get('twice')).toEqual(floats([1, 2], [6, 400]));
  });

  it.each([
    ['an array of another shape', floats([2, 3], [1, 2, 3, 4, 5, 6]), /Input "x" has the shape \(None, 2\). Received: \(2, 3\)/],
    ['a sample without its batch', floats([2], [1, 2]), /a single sample needs it too/],
    ['no samples', floats([0, 2], []), /hold no samples/],
  ])('refuses %s', async (_, array, message) => {
    await expect(runModel(double(), new Map([['x', array]]), { target: 'reference' })).rejects.toThrow(message);
  });

  it('names inputs that are missing and arrays that belong to none', async () => {
    const model = await loadModel(goldenModel('shared_layer').path);
    const arrays = new Map([
      ['l', floats([1, 5], [1, 2, 3, 4, 5])],
      ['q', floats([1, 5], [1, 2, 3, 4, 5])],
    ]);
    await expect(runModel(model, arrays, { target: 'reference' })).rejects.toThrow(
      /nothing is given for "r", and there is no input "q"[\s\S]*"l" float32 \(None, 5\)/,
    );
  });

  it('refuses different numbers of samples', async () => {
    const model = await loadModel(goldenModel('shared_layer').path);
    const arrays = new Map([
      ['l', floats([1, 5], [1, 2, 3, 4, 5])],
      ['r', floats([2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])],
    ]);
    await expect(runModel(model, arrays, { target: 'reference' })).rejects.toThrow(/"l" has 1 samples and "r" has 2/);
  });

  it('refuses threads where there is one', async () => {
    await expect(runModel(double(), new Map([['x', floats([1, 2], [1, 2])]]), { target: 'wasm', threads: 2 })).rejects.toThrow(
      /wasm runs in one thread/,
    );
  });
});
