import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../compiler/build/prepare-model.ts';
import { Input, Layer, layers, Model, ops } from '../../compiler/index.ts';

function dense(): Model {
  const input = Input({ shape: [4], name: 'features' });
  return new Model({ inputs: input, outputs: new layers.Dense(2, { name: 'scores' })(input) });
}

/** Subtracts from each sample the mean of all. */
class CenterBatch extends Layer {
  override call(x: never): never {
    return ops.subtract(x, ops.mean(x, { axis: 0, keepdims: true })) as never;
  }
}

function mixing(): Model {
  const input = Input({ shape: [4], name: 'features' });
  return new Model({ inputs: input, outputs: new CenterBatch({ name: 'center' })(input) });
}

function open(): Model {
  const input = Input({ shape: [null, null, 3], name: 'image' });
  return new Model({ inputs: input, outputs: new layers.Conv2D(2, 3, { padding: 'same', name: 'blur' })(input) });
}

describe('preparing a model', () => {
  it('leaves the batch open where samples do not depend on each other', () => {
    const prepared = prepareModel(dense());
    expect(prepared.batch).toBe(1);
    expect(prepared.inputs).toEqual([{ name: 'features', dtype: 'float32', shape: [null, 4] }]);
    expect(prepared.outputs).toEqual([{ name: 'scores', dtype: 'float32', shape: [null, 2] }]);
    expect(prepared.graph.inputs[0]?.type.shape).toEqual([1, 4]);
  });

  it('computes as many samples at a time as it is told', () => {
    const prepared = prepareModel(dense(), { batch: 8 });
    expect(prepared.batch).toBe(8);
    expect(prepared.inputs[0]?.shape).toEqual([null, 4]);
    expect(prepared.graph.inputs[0]?.type.shape).toEqual([8, 4]);
  });

  it('asks for the batch where samples depend on each other, and says where they do', () => {
    expect(() => prepareModel(mixing())).toThrow(/samples depend on each other in layer "center"[\s\S]*--batch N/);
  });

  it('fixes the batch that it is given where samples depend on each other', () => {
    const prepared = prepareModel(mixing(), { batch: 5 });
    expect(prepared.batch).toBeNull();
    expect(prepared.inputs[0]?.shape).toEqual([5, 4]);
    expect(prepared.outputs[0]?.shape).toEqual([5, 4]);
  });

  it('takes shapes for dimensions that the model leaves open', () => {
    const prepared = prepareModel(open(), { shapes: { image: [1, 6, 5, 3] } });
    expect(prepared.inputs[0]?.shape).toEqual([null, 6, 5, 3]);
    expect(prepared.outputs[0]?.shape).toEqual([null, 6, 5, 2]);
  });

  it('says which dimensions are open where no shape is given', () => {
    expect(() => prepareModel(open())).toThrow(/'image'.*unknown size/);
  });

  it('takes a number of samples in a shape as the batch', () => {
    expect(prepareModel(open(), { shapes: { image: [4, 6, 5, 3] } }).batch).toBe(4);
  });

  it('refuses a shape and a batch that contradict each other', () => {
    expect(() => prepareModel(open(), { batch: 2, shapes: { image: [4, 6, 5, 3] } })).toThrow(/4 samples where the batch is 2/);
  });

  it.each([
    ['an unknown input', { picture: [1, 6, 5, 3] }, /no input "picture"[\s\S]*"image" \(None, None, None, 3\)/],
    ['a missing dimension', { image: [6, 5, 3] }, /Input "image" has the shape \(None, None, None, 3\). Received: \(6, 5, 3\)/],
    ['another size than the model has', { image: [1, 6, 5, 4] }, /Received: \(1, 6, 5, 4\)/],
    ['a size of zero', { image: [1, 0, 5, 3] }, /Received: \(1, 0, 5, 3\)/],
  ])('refuses a shape with %s', (_, shapes, message) => {
    expect(() => prepareModel(open(), { shapes })).toThrow(message);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the batch %s', (batch) => {
    expect(() => prepareModel(dense(), { batch })).toThrow(/whole number above 0/);
  });
});
