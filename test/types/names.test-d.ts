// What TypeScript accepts and refuses: compiled by `npm run check:types` and by the test beside this file.
import {
  type ActivationName,
  applications,
  Input,
  type KerasTensor,
  type LossName,
  layers,
  losses,
  Model,
  metrics,
  ops,
  optimizers,
  Sequential,
  type Tensor,
} from '../../compiler/index.ts';

// Names of objects: those of Keras, and registered ones.
new layers.Dense(2, { activation: 'relu', kernelInitializer: 'he_normal', kernelRegularizer: 'l2', kernelConstraint: 'non_neg' });
new layers.Dense(2, { activation: 'mine>cube' });
new layers.Dense(2, { activation: (x: Tensor) => ops.tanh(x) });
// @ts-expect-error a typing mistake
new layers.Dense(2, { activation: 'rleu' });
// @ts-expect-error a typing mistake
new layers.Dense(2, { kernelInitializer: 'he_norml' });
// @ts-expect-error a typing mistake
new layers.Dense(2, { kernelRegularizer: 'l3' });
// @ts-expect-error an argument of Python's spelling
new layers.Dense(2, { use_bias: true });

// Paddings and data formats.
new layers.Conv2D(2, 3, { padding: 'same', dataFormat: 'channels_first' });
// @ts-expect-error in capital letters
new layers.Conv2D(2, 3, { padding: 'SAME' });
// @ts-expect-error no such format
new layers.MaxPooling2D({ dataFormat: 'channels_middle' });

// What compile takes.
const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1)]);
model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['accuracy', new metrics.AUC()] });
model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: new losses.Huber() });
// @ts-expect-error a typing mistake
model.compile({ optimizer: 'adm', loss: 'mse' });
// @ts-expect-error a typing mistake
model.compile({ loss: 'mean_square_error' });
// @ts-expect-error a typing mistake
model.compile({ loss: 'mse', metrics: ['acuracy'] });

// Symbolic tensors stay symbolic, tensors stay tensors.
const symbolic: KerasTensor = new layers.Dense(1)(Input({ shape: [2] }));
const concrete: Tensor = new layers.Dense(1)(ops.ones([1, 2]));
const sum: KerasTensor = ops.add(symbolic, 1);
// @ts-expect-error not a value
symbolic.data;

// Applications: fresh ones at once, trained ones when they are loaded.
const fresh: Model = applications.MobileNet({ weights: null });
const trained: Promise<Model> = applications.MobileNet({ weights: 'mobilenet.h5' });
// @ts-expect-error the weights must be said
applications.MobileNet({});
// @ts-expect-error not an option of VGG16
applications.VGG16({ weights: null, alpha: 0.5 });

export const names: readonly [ActivationName, LossName] = ['gelu', 'kl_divergence'];
export const used: readonly unknown[] = [concrete, sum, fresh, trained, new Model()];
