// Small models and data that tests train, on WebAssembly: no test waits for a C++ compiler.

import { Input, layers, Model, ops, setStepCompiler, type Tensor, wasmStepCompiler } from '../../../compiler/index.ts';
import type { ActivationName } from '../../../compiler/keras/engine/identifier-names.ts';

setStepCompiler(wasmStepCompiler);

/** `[rows, columns]` numbers between -1 and 1 that repeat from run to run. */
export const waves = (rows: number, columns: number, phase = 0): Tensor =>
  ops.reshape(ops.array(Array.from({ length: rows * columns }, (_, index) => Math.sin(1.7 * index + phase))), [rows, columns]);

/** A network of two layers whose weights do not depend on chance. */
export function network({ inputs = 3, hidden = 4, outputs = 1, activation = 'linear' as ActivationName } = {}): Model {
  const x = Input({ shape: [inputs] });
  const inner = new layers.Dense(hidden, { activation: 'tanh' })(x);
  const model = new Model({ inputs: x, outputs: new layers.Dense(outputs, { activation })(inner) });
  model.setWeights(
    [waves(inputs, hidden, 1), ops.zeros([hidden]), waves(hidden, outputs, 2), ops.zeros([outputs])].map(({ value }) => value),
  );
  return model;
}

/** All numbers of all weights. */
export const numbersOf = (model: Model): number[] => model.getWeights().flatMap(({ data }) => Array.from(data as ArrayLike<number>));

export const silent = { verbose: 0 } as const;
