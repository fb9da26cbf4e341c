// Training of one's own: steps that are overridden, losses that layers add, parts that stay as they are.
import { describe, expect, it } from 'vitest';
import {
  gradients,
  Input,
  Layer,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  Sequential,
  setDtypePolicy,
  type Tensor,
  type utils,
  type Variable,
} from '../../../compiler/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { network, numbersOf, silent, waves } from './small-models.ts';

const x = waves(8, 3);
const y = waves(8, 1, 0.5);
type Data = utils.StepData<Tensor>;

/** Two networks that train against each other, as in Keras's guide. */
class Gan extends Model {
  readonly generator = new Sequential([Input({ shape: [2] }), new layers.Dense(4, { activation: 'relu' }), new layers.Dense(3)]);
  readonly discriminator = new Sequential([Input({ shape: [3] }), new layers.Dense(4, { activation: 'relu' }), new layers.Dense(1)]);
  readonly generatorOptimizer = new optimizers.Adam(0.02);
  readonly discriminatorOptimizer = new optimizers.RMSprop(0.01);
  readonly generatorLoss = new metrics.Mean({ name: 'g_loss' });
  readonly discriminatorLoss = new metrics.Mean({ name: 'd_loss' });
  readonly #crossentropy = new losses.BinaryCrossentropy({ fromLogits: true });

  override get metrics() {
    return [this.generatorLoss, this.discriminatorLoss];
  }

  override trainStep(real: Data) {
    const images = real as Tensor;
    const rows = images.shape[0] as number;
    const noise = ops.subtract(ops.multiply(images, 0.5), 0.1);
    const fake = this.generator(ops.slice(noise, [0, 0], [rows, 2]) as Tensor, { training: true }) as Tensor;
    const guesses = this.discriminator(ops.concatenate([fake, images], { axis: 0 }), { training: true }) as Tensor;
    const labels = ops.concatenate([ops.zeros([rows, 1]), ops.ones([rows, 1])], { axis: 0 });
    const dLoss = this.#crossentropy(labels, guesses);
    const dWeights = this.discriminator.trainableWeights;
    this.discriminatorOptimizer.apply(gradients(dLoss, dWeights), dWeights);
    const gLoss = this.#crossentropy(ops.ones([rows, 1]), this.discriminator(fake, { training: true }) as Tensor);
    const gWeights = this.generator.trainableWeights;
    this.generatorOptimizer.apply(gradients(gLoss, gWeights), gWeights);
    this.generatorLoss.updateState(gLoss);
    this.discriminatorLoss.updateState(dLoss);
    return this.getMetricsResult();
  }
}

describe('a step of one’s own', () => {
  it('trains two networks with two optimizers', async () => {
    const gan = new Gan();
    gan.compile();
    const before = [numbersOf(gan.generator), numbersOf(gan.discriminator)];
    const { history } = await gan.fit(x, { epochs: 5, batchSize: 4, ...silent });
    expect(Object.keys(history)).toEqual(['d_loss', 'g_loss']);
    expect(history['d_loss']).toHaveLength(5);
    expect(numbersOf(gan.generator)).not.toEqual(before[0]);
    expect(numbersOf(gan.discriminator)).not.toEqual(before[1]);
    // Two batches in each of five epochs.
    expect(Number(gan.generatorOptimizer.iterations.item())).toBe(10);
    expect(Number(gan.discriminatorOptimizer.iterations.item())).toBe(10);
  });

  it('may change the loss alone', async () => {
    class Weighted extends Model {
      override computeLoss(inputs: never, targets: never, predictions: never): Tensor {
        return ops.multiply(super.computeLoss(inputs, targets, predictions), 2);
      }
    }
    const make = (type: typeof Model): Model => {
      const input = Input({ shape: [3] });
      const model = new type({ inputs: input, outputs: new layers.Dense(1, { kernelInitializer: 'ones' })(input) });
      model.compile({ optimizer: new optimizers.SGD(0.1), loss: 'mse' });
      return model;
    };
    const [plain, weighted] = [make(Model), make(Weighted)];
    const [a, b] = [await plain.trainOnBatch(x, y), await weighted.trainOnBatch(x, y)];
    expect(b).toBeCloseTo(2 * (a as number), 5);
    const [start] = numbersOf(make(Model));
    const moved = (model: Model): number => (numbersOf(model)[0] as number) - (start as number);
    expect(moved(weighted)).toBeCloseTo(2 * moved(plain), 5);
  });

  it('is what predict runs too', async () => {
    class Doubled extends Model {
      override predictStep(data: Data) {
        return ops.multiply(super.predictStep(data) as Tensor, 2);
      }
    }
    const input = Input({ shape: [3] });
    const outputs = new layers.Dense(1, { kernelInitializer: 'ones' })(input);
    const [plain, doubled] = [new Model({ inputs: input, outputs }), new Doubled({ inputs: input, outputs })];
    const once = Array.from((plain.predict(x) as NDArray).data as Float32Array);
    expect(Array.from((doubled.predict(x) as NDArray).data as Float32Array)).toEqual(once.map((value) => 2 * value));
  });
});

describe('losses that are added', () => {
  it('count in the total: penalties of weights, activities, and what a call adds', async () => {
    class Penalty extends Layer {
      override call(inputs: Tensor): Tensor {
        this.addLoss(ops.multiply(ops.mean(ops.square(inputs)), 0.1));
        return inputs;
      }
    }
    const input = Input({ shape: [3] });
    const inner = new layers.Dense(2, { kernelInitializer: 'ones', kernelRegularizer: 'l2', activityRegularizer: 'l1' })(input);
    const model = new Model({ inputs: input, outputs: new Penalty()(inner) });
    model.compile({ optimizer: new optimizers.SGD(0), loss: 'mse' });
    const loss = (await model.trainOnBatch(x, ops.zeros([8, 2]))) as number;
    const sums = Array.from({ length: 8 }, (_, row) => [0, 1, 2].reduce((sum, column) => sum + Number(x.data[3 * row + column]), 0));
    const squares = sums.reduce((sum, value) => sum + value * value, 0) / 8;
    const absolute = (0.01 * 2 * sums.reduce((sum, value) => sum + Math.abs(value), 0)) / 8;
    expect(loss).toBeCloseTo(squares + 0.1 * squares + 0.01 * 6 + absolute, 5);
  });

  it('are enough to train without targets', async () => {
    const input = Input({ shape: [3] });
    const model = new Model({ inputs: input, outputs: new layers.Dense(2, { activityRegularizer: 'l2' })(input) });
    model.compile({ optimizer: 'sgd' });
    const { history } = await model.fit(x, { epochs: 3, ...silent });
    expect(history['loss']?.[2]).toBeLessThan(history['loss']?.[0] as number);
  });
});

describe('parts of a model', () => {
  it('stay as they are when frozen, statistics included', async () => {
    const base = new Sequential([Input({ shape: [3] }), new layers.Dense(4), new layers.BatchNormalization()]);
    base.trainable = false;
    const model = new Sequential([Input({ shape: [3] }), base, new layers.Dense(1)]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const before = numbersOf(base);
    await model.fit(x, y, { epochs: 2, ...silent });
    expect(numbersOf(base)).toEqual(before);
    base.trainable = true;
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, { epochs: 2, ...silent });
    expect(numbersOf(base)).not.toEqual(before);
  });

  it('are trained by all that they are used for', async () => {
    const shared = new layers.Dense(2, { kernelInitializer: 'ones', useBias: false });
    const [a, b] = [Input({ shape: [3] }), Input({ shape: [3] })];
    const distance = new layers.Subtract()([shared(a), shared(b)]);
    const model = new Model({ inputs: [a, b], outputs: distance });
    model.compile({ optimizer: new optimizers.SGD(0.1), loss: 'mse' });
    const other = waves(8, 3, 2);
    await model.fit([x, other], ops.zeros([8, 2]), { batchSize: 8, ...silent });
    // d/dW mean((x W - o W)^2) = 2 / 16 (x - o)^T (x - o) W, the same for both columns.
    const differences = Array.from({ length: 24 }, (_, index) => Number(x.data[index]) - Number(other.data[index]));
    const rowSums = Array.from({ length: 8 }, (_, row) => differences.slice(3 * row, 3 * row + 3).reduce((sum, value) => sum + value, 0));
    const gradient = [0, 1, 2].map(
      (i) => (2 / 16) * rowSums.reduce((sum, value, row) => sum + value * (differences[3 * row + i] as number), 0),
    );
    const expected = gradient.flatMap((value) => [1 - 0.1 * value, 1 - 0.1 * value]);
    expect(numbersOf(model)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });

  it('keep their state from batch to batch where they are stateful', async () => {
    const sequence = ops.reshape(waves(8, 6), [8, 2, 3]);
    const input = Input({ batchShape: [4, 2, 3] });
    const recurrent = new layers.LSTM(2, { stateful: true });
    const model = new Model({ inputs: input, outputs: new layers.Dense(1)(recurrent(input)) });
    model.compile({ optimizer: new optimizers.SGD(0), loss: 'mse' });
    const states = (): number[] => [recurrent.states].flat().flatMap((state) => Array.from((state as Variable).value.data as Float32Array));
    expect(states().every((value) => value === 0)).toBe(true);
    await model.fit(sequence, y, { batchSize: 4, shuffle: false, ...silent });
    const after = states();
    expect(after.some((value) => value !== 0)).toBe(true);
    recurrent.resetState();
    expect(states().every((value) => value === 0)).toBe(true);
    await model.fit(sequence, y, { batchSize: 4, shuffle: false, ...silent });
    expect(states()).toEqual(after);
  });
});

describe('mixed precision', () => {
  it('keeps weights in float32 and scales the loss', async () => {
    setDtypePolicy('mixed_float16');
    try {
      const model = network();
      model.compile({ optimizer: new optimizers.SGD(0.05), loss: 'mse' });
      expect(model.optimizer).toBeInstanceOf(optimizers.LossScaleOptimizer);
      const { history } = await model.fit(x, y, { epochs: 10, batchSize: 4, ...silent });
      expect(history['loss']?.at(-1)).toBeLessThan(history['loss']?.[0] as number);
      expect(model.getWeights().every(({ dtype }) => dtype === 'float32')).toBe(true);
    } finally {
      setDtypePolicy('float32');
    }
  });

  it('skips steps whose gradients overflow, and halves the scale', async () => {
    const model = network();
    model.compile({ optimizer: new optimizers.LossScaleOptimizer(new optimizers.SGD(0.1), { initialScale: 64 }), loss: 'mse' });
    const before = numbersOf(model);
    await model.trainOnBatch(x, ops.full([8, 1], Number.POSITIVE_INFINITY));
    expect(numbersOf(model)).toEqual(before);
    const scale = model.optimizer?.variables.find(({ name }) => name === 'dynamic_scale');
    expect(Number(scale?.value.data[0])).toBe(32);
    await model.trainOnBatch(x, y);
    expect(numbersOf(model)).not.toEqual(before);
  });
});
