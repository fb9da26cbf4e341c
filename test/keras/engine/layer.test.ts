import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KerasShape, TensorLike, Weight } from '../../../compiler/keras/engine/index.ts';
import {
  clearSession,
  defineOp,
  getKerasMask,
  Input,
  KerasTensor,
  Layer,
  type LayerOptions,
  SeedGenerator,
  setKerasMask,
  toTensor,
} from '../../../compiler/keras/engine/index.ts';
import { Dropout } from '../../../compiler/keras/layers/regularization/dropout.ts';
import { lax } from '../../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';

/** x * scale, with the scale a weight per feature. */
class Scale extends Layer {
  factor!: Weight;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: KerasShape): void {
    this.factor = this.addWeight({ name: 'factor', shape: [inputShape.at(-1) ?? null], initializer: 'ones' });
  }

  override call(inputs: Tensor): Tensor {
    return lax.multiply(inputs, lax.broadcastTo(this.factor.read(), inputs.shape));
  }
}

class Pair extends Layer {
  readonly first = new Scale();
  readonly rest: Layer[] = [];

  constructor() {
    super();
    this.rest.push(new Scale());
  }

  override call(inputs: Tensor): Tensor {
    return this.rest.reduce((x, layer) => layer(x) as Tensor, this.first(inputs) as Tensor);
  }
}

const double = defineOp('double_for_test', ['x'], (x: TensorLike): Tensor => {
  const tensor = toTensor(x);
  return lax.add(tensor, tensor);
});

beforeEach(clearSession);

describe('a layer', () => {
  it('is called like a function and computes', () => {
    const y = new Scale()(tensorOf('float32', [1, 2], new Float32Array([3, 4]))) as Tensor;
    expect([...(y.data as Float32Array)]).toEqual([3, 4]);
  });

  it('is an ordinary object: its class, name and fields are as written', () => {
    const layer = new Scale({ name: 'mine' });
    expect(layer).toBeInstanceOf(Scale);
    expect(layer.name).toBe('mine');
    expect(layer.length).toBeUndefined();
  });

  it('takes automatic names, counted per kind', () => {
    expect([new Scale().name, new Scale().name, new Pair().name]).toEqual(['scale', 'scale_1', 'pair']);
  });

  it('builds on the first call, on symbolic inputs too, and keeps unknown dimensions unknown', () => {
    const layer = new Scale();
    const y = layer(Input({ shape: [5] }));
    expect(y).toBeInstanceOf(KerasTensor);
    expect(y.shape).toEqual([null, 5]);
    expect(layer.factor.path).toBe('scale/factor');
    expect(layer.countParams()).toBe(5);
  });

  it('finds sublayers in properties and in arrays that grow later', () => {
    const pair = new Pair();
    expect(pair.sublayers.map((layer) => layer.name)).toEqual(['scale', 'scale_1']);
    pair(tensorOf('float32', [1, 2], new Float32Array(2)));
    expect(pair.weights.map((weight) => weight.path)).toEqual(['pair/scale/factor', 'pair/scale_1/factor']);
    expect(pair.trainableWeights).toHaveLength(2);
  });

  it('takes no new state once it is built', () => {
    const layer = new Scale() as Scale & { extra?: Layer };
    layer.build([null, 3]);
    expect(() => {
      layer.extra = new Scale();
    }).toThrow('You cannot add new elements of state');
  });

  it('passes `trainable` on and restores it', () => {
    const pair = new Pair();
    pair(tensorOf('float32', [1, 2], new Float32Array(2)));
    pair.trainable = false;
    expect([pair.trainableWeights.length, pair.nonTrainableWeights.length]).toEqual([0, 2]);
    expect([pair.trainableVariables.length, pair.nonTrainableVariables.length]).toEqual([0, 2]);
    pair.trainable = true;
    expect(pair.trainableWeights).toHaveLength(2);
    expect([pair.trainableVariables.length, pair.nonTrainableVariables.length]).toEqual([2, 0]);
  });

  it('counts the states of random numbers among its variables, not among its weights', () => {
    const dropout = new Dropout(0.5, { seed: 1 });
    expect([dropout.weights.length, dropout.trainableVariables.length, dropout.nonTrainableVariables.length]).toEqual([0, 0, 1]);
  });

  it('refuses inputs of the wrong rank in the words of Keras', () => {
    expect(() => new Scale({ name: 'dense' })(new Float32Array(3))).toThrow(
      "Input 0 with name 'None' of layer 'dense' is incompatible with the layer: expected min_ndim=2, found ndim=1. Full shape received: (3,)",
    );
  });

  it('refuses weights of unknown size and names the variable', () => {
    expect(() => new Scale({ name: 's' })(Input({ shape: [null] }))).toThrow(
      "Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=(None,) for variable path='s/factor'",
    );
  });

  it('names itself in what its call throws', () => {
    class Broken extends Layer {
      override call(): Tensor {
        throw new RangeError('no');
      }
    }
    expect(() => new Broken()(new Float32Array(3))).toThrow(/^Exception encountered when calling Broken\.call\(\)\.\n\nno\n/);
  });

  it('computes in 16 bits and keeps weights in 32 under a mixed policy', () => {
    const layer = new Scale({ dtype: 'mixed_float16' });
    const y = layer(tensorOf('float32', [1, 2], new Float32Array(2))) as Tensor;
    expect([y.dtype, layer.factor.dtype, layer.getConfig()['dtype']]).toEqual([
      'float16',
      'float32',
      { module: 'keras', class_name: 'DTypePolicy', config: { name: 'mixed_float16' }, registered_name: null },
    ]);
  });

  it('hands masks on if it supports masking, and says so once where it does not', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    class Keeps extends Layer {
      override supportsMasking = true;
      override call(inputs: Tensor): Tensor {
        return double(inputs);
      }
    }
    const x = tensorOf('float32', [1, 2], new Float32Array(2));
    const mask = tensorOf('bool', [1, 2], new Uint8Array([1, 0]));
    setKerasMask(x, mask);
    expect(getKerasMask(new Keeps()(x))).toBe(mask);
    const scale = new Scale();
    expect([getKerasMask(scale(x)), getKerasMask(scale(x))]).toEqual([undefined, undefined]);
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("Layer 'scale' (of type Scale) was passed an input with a mask attached to it.")],
    ]);
    warn.mockRestore();
  });

  it('tells `call` whether this is training, and sublayers inherit it', () => {
    const seen: unknown[] = [];
    class Inner extends Layer {
      override call(inputs: Tensor, { training }: { training?: boolean } = {}): Tensor {
        seen.push(training);
        return inputs;
      }
    }
    class Outer extends Layer {
      readonly inner = new Inner();
      override call(inputs: Tensor): Tensor {
        return this.inner(inputs);
      }
    }
    const x = new Float32Array(1);
    new Outer()(x, { training: true });
    new Outer()(x);
    expect(seen).toEqual([true, undefined]);
  });

  it('lists seed states among its variables, not its weights', () => {
    class Random extends Layer {
      readonly seedGenerator = new SeedGenerator(7);
    }
    const layer = new Random();
    expect([layer.variables.length, layer.weights.length]).toEqual([1, 0]);
  });
});

describe('an op', () => {
  it('computes on tensors and arrays', () => {
    expect([...(double([1, 2]).data as Float32Array)]).toEqual([2, 4]);
  });

  it('becomes symbolic on a KerasTensor', () => {
    const y = double(Input({ shape: [4, null] }));
    expect(y.shape).toEqual([null, 4, null]);
    expect(y.history?.node.operation.name).toBe('double_for_test');
  });
});
