// The Python scripts of error cases, translated: by the last part of the case's id.
//
// Not here: scripts that test Python itself.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applications,
  callbacks,
  config,
  deserializeKerasObject,
  Input,
  initializers,
  KerasTensor,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  Sequential,
  type Tensor,
  utils,
  Variable,
} from '../../../compiler/index.ts';
import { cloneModel } from '../../../compiler/keras/models/index.ts';

const ones = (...shape: number[]): Tensor => ops.ones(shape);
const symbolic = (...shape: (number | null)[]): KerasTensor => new KerasTensor(shape);
const input = (...shape: (number | null)[]): KerasTensor => Input({ shape });

/** What TypeScript would refuse to compile, for those who write JavaScript. */
const untyped = <T>(value: unknown): T => value as T;

function compiledDense(units: number, loss: string | undefined): Sequential {
  const model = new Sequential([new layers.Dense(units)]);
  model.compile({ optimizer: 'sgd', loss: untyped(loss) });
  return model;
}

export const SCRIPTS: Readonly<Record<string, () => unknown>> = {
  // Sequential
  '08c1766b': () => new Sequential([new layers.Dense(2, { name: 'a' }), new layers.Dense(2, { name: 'a' })]),
  '333bdbae': () => new Sequential(untyped([3])),
  '38311dab': () => new Sequential([new layers.Dense(2)]).output,
  '431270f9': () => new Sequential().pop(),
  f959eab2: () => new Sequential([input(2), new layers.Dense(1)]).add(input(3)),
  '78b68462': () => new Sequential([new layers.Dense(1, { name: 'd' })]).getLayer('x'),
  b136bb67: () => new Sequential([new layers.Dense(1, { name: 'd' })]).getLayer({ index: 3 }),
  cf697185: () => new Sequential([new layers.Dense(1, { name: 'd' })]).getLayer(),

  // functional models
  '1c6d23d7': () => {
    const a = input(2);
    const first = new layers.Dense(2, { name: 'd' })(a);
    return new Model({ inputs: a, outputs: new layers.Dense(2, { name: 'd' })(first) });
  },
  '1ec47607': () => {
    const a = input(2);
    return new Model({ inputs: a, outputs: new layers.Dense(1)(a) }).predict(ones(1, 3), { verbose: 0 });
  },
  '41788de4': () => {
    class M extends Model {}
    return new M()(ones(1, 2));
  },
  '62a04c65': () => {
    const a = input(2);
    const b = input(2);
    return new Model({ inputs: a, outputs: new layers.Dense(1)(b) });
  },
  '9f9df69d': () => new Model({ inputs: untyped(ones(2, 2)), outputs: new layers.Dense(2)(input(2)) }),
  d878b10b: () => {
    const a = input(2);
    const b = input(2);
    return new Model({ inputs: [a, b], outputs: new layers.Add()([a, b]) })(ones(1, 2));
  },
  a4d528cd: () => Input(untyped({})),
  d765ad00: () => Input({ shape: untyped(3) }),

  '9f9db7e6': () => new layers.GroupNormalization({ groups: 3 })(input(4, 4)),
  '1f4e5a23': () => cloneModel(untyped(new layers.Dense(1))),

  // saving
  '19e74b86': () => deserializeKerasObject({ module: null, class_name: 'MyThing', config: {}, registered_name: 'Custom>MyThing' }),
  '55145522': () => new Sequential([input(2), new layers.Dense(1)]).saveWeights('weights.txt'),
  d179225d: async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'kerasc-')), 'a.weights.h5');
    await new Sequential([input(2), new layers.Dense(3)]).saveWeights(path);
    await new Sequential([input(2), new layers.Dense(4)]).loadWeights(path);
  },

  // weights
  '4620539f': () => new Variable(ones(2, 3), { name: 'variable' }).assign(ones(3, 2)),
  d98bde30: () => {
    const layer = new layers.Dense(2);
    layer.build([null, 3]);
    untyped<{ x: Variable }>(layer).x = new Variable(ones(2), { name: 'x' });
  },
  fb9f791c: () => {
    const layer = new layers.Dense(2);
    layer.build([null, 3]);
    layer.setWeights([ones(2, 2).value, ones(2).value]);
  },

  // Dense, Embedding
  '7521a3c8': () => new layers.Dense(-1),
  '77a43f19': () => new layers.Dense(2)(input(null)),
  '7ebd776b': () => new layers.Dense(2, { kernelInitializer: untyped('nope') }),
  a04abe27: () => new (untyped<new () => object>(layers.Dense))(),
  '64d8a278': () => new (untyped<new (inputs: number) => object>(layers.Embedding))(10),
  f1abd95f: () => new layers.Dense(2)(ones(3)),

  // convolutions and pooling
  '1401c045': () => new layers.Conv2D(2, 3, { padding: untyped('causal') }),
  '51d390ec': () => new layers.Conv2D(2, 3, { padding: untyped('full') }),
  '55b5acd4': () => new layers.Conv2D(0, 3),
  b53f79a5: () => new layers.Conv2D(-2, 3),
  '5b862ac6': () => new layers.Conv2D(2, 3, { strides: 2, dilationRate: 2 }),
  '89954ab1': () => new layers.Conv2D(2, [3, 3, 3]),
  '97cf89a3': () => new layers.Conv2D(2, 5)(input(3, 3, 1)),
  '9fa4a908': () => new layers.Conv2D(2, 3)(input(8, 8)),
  b6366c82: () => new layers.Conv2D(2, 3, { dataFormat: untyped('channels_middle') }),
  d549b098: () => new layers.Conv2D(2, 3, { strides: 0 }),
  '8f15f1ac': () => new layers.MaxPooling2D(2)(input(8, 3)),

  // reshaping
  '428c6118': () => new layers.RepeatVector(1.5),
  '5b390cf2': () => new layers.ZeroPadding2D(untyped([1, 2, 3])),
  '7328a259': () => new layers.Cropping2D(2)(input(3, 3, 1)),

  // merging
  a460dd61: () => new layers.Add()([input(3), input(4)]),
  e45487d6: () => new layers.Subtract()([input(3), input(3), input(3)]),
  eb47c674: () => new layers.Concatenate({ axis: 1 })([input(2, 3), input(2, 4)]),
  fd6fa3be: () => new layers.Add()(input(3)),

  // regularization, normalization
  '2c17d01b': () => new layers.Dropout(-0.1),
  ef217057: () => new layers.GaussianDropout(2),

  // initializers
  '0e45020e': () => new initializers.VarianceScaling({ distribution: untyped('nope') }),
  '8b203b61': () => initializers.get(untyped('nope')),
  b16eb7b5: () => new initializers.Identity()([2, 2, 2]),

  // ops
  '18b6c108': () => ops.softmax(symbolic(2, 3), { axis: 5 }),
  // JavaScript asks nobody whether an object is true: using it as a number is the nearest.
  '7c746c9f': () => Number(ops.sum(input(2))),
  b35b70f8: () => ops.einsum('ij,jk->ik', symbolic(2, 3), symbolic(4, 5)),
  '1e953dc9': () => ops.squeeze(symbolic(2, 3), { axis: 0 }),
  '38b5e193': () => ops.convertToNumpy(untyped(input(2))),
  '7ab90613': () => ops.reshape(symbolic(2, 3), [4, 2]),
  f50e73e3: () => ops.concatenate([symbolic(2, 3), symbolic(3, 4)], { axis: 0 }),

  // applications
  '9602f200': () => applications.VGG16({ weights: 'nope' }),
  a184f7a8: () => applications.InceptionV3({ weights: null, inputShape: [32, 32, 3] }),

  // preprocessing
  '5bcd7395': () => new layers.StringLookup()(untyped(['a'])),
  '5d1372d7': () => new layers.CategoryEncoding(),
  '649379f5': () => new layers.Hashing(0),
  '9df7f5ce': () => new layers.StringLookup({ vocabulary: ['a', 'a'] }),

  // recurrence and attention
  '2d1845d8': () => new layers.Attention({ scoreMode: untyped('nope') }),
  '37c93e1d': () => new layers.Attention()([ones(1, 2, 3)]),
  '81680e30': () => new layers.LSTM(2, { stateful: true })(input(3, 2)),
  '81e41e63': () => new layers.TimeDistributed(new layers.Dense(2))(input(3)),
  '946d84fd': () => new layers.LSTM(-1),

  // metrics and losses
  '1f3cf66b': () => new metrics.F1Score({ average: untyped('nope') }),
  '222d5942': () => new metrics.Precision({ thresholds: 1.5 }),
  '28f2d1ac': () => new metrics.IoU(2, [3]),
  '3b9c4bbb': () => new metrics.AUC({ curve: untyped('nope') }),
  '82fd0dc6': () => losses.get(untyped(3)),
  bac3ef3e: () => metrics.get(untyped('nope')),
  fb071533: () => new (untyped<new () => object>(metrics.MeanIoU))(),
  fba11eb3: () => new losses.SparseCategoricalCrossentropy()(ops.ones([2, 3], { dtype: 'int32' }), ones(2, 4)),

  // optimizers
  '36f1592e': () => new optimizers.Adam(untyped({ learningRate: 'fast' })),
  '372e4359': () => new optimizers.schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
  '4b98da87': () => {
    new optimizers.SGD(new optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)).learningRate = untyped(0.5);
  },
  '5b088a09': () => optimizers.get(untyped('nope')),
  '665f95ae': () => new optimizers.SGD({ useEma: true, emaMomentum: 2 }),
  b210b730: () => new (untyped<new (rate: number) => object>(optimizers.schedules.ExponentialDecay))(0.1),

  // training
  '042a8076': () => {
    const x = input(2);
    const model = new Model({ inputs: x, outputs: { a: new layers.Dense(1)(x) } });
    model.compile({ optimizer: 'sgd', loss: { b: 'mse' } });
    return model.fit(ones(2, 2), { a: ones(2, 1) }, { verbose: 0 });
  },
  '42e6b7b8': () => compiledDense(1, 'mse').fit(ones(3, 2), ones(2, 1), { verbose: 0 }),
  '46d7d543': () => compiledDense(1, undefined).fit(ones(2, 2), ones(2, 1), { verbose: 0 }),
  d342afb2: () => compiledDense(3, 'categorical_crossentropy').fit(ones(4, 2), ones(4, 2), { verbose: 0 }),
  f7fff490: () => new Sequential([new layers.Dense(1)]).trainOnBatch(ones(2, 2), ones(2, 1)),
  '6e083a4f': () => new Sequential([new layers.Dense(1)]).compile({ optimizer: untyped('nope') }),
  '4c6cc981': () => new callbacks.ModelCheckpoint(join(tmpdir(), 'checkpoint.foo')),
  ab7a1ed2: () => {
    const schedule = new callbacks.LearningRateScheduler(() => untyped<number>('x'));
    return compiledDense(1, 'mse').fit(ones(2, 2), ones(2, 1), { verbose: 0, callbacks: [schedule] });
  },

  // configuration and utilities
  '1b9e2f4b': () => config.setImageDataFormat(untyped('nope')),
  '1c66d5f7': () => config.setFloatx(untyped('int8')),
  '6484d7f4': () => utils.toCategorical([-5], { numClasses: 3 }),
  c5bf9643: () => utils.padSequences(untyped([1, 2])),
};
