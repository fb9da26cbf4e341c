// Declares in a bundle's index.d.ts what a model with states offers besides prediction.
import type { SourceFile } from 'ts-morph';

interface Member {
  readonly name: string;
  readonly type: string;
  readonly doc?: string;
  readonly optional?: boolean;
}

const DATA: readonly Member[] = [
  { name: 'x', type: 'NamedTensors', doc: 'Samples one after the other, row-major.' },
  { name: 'y', type: 'NamedTensors', doc: 'Targets of the same samples.', optional: true },
  { name: 'sampleWeight', type: 'Float32Array', optional: true },
];

const OPTIONS: readonly Member[] = [
  { name: 'epochs', type: 'number', doc: 'Default 1.', optional: true },
  { name: 'initialEpoch', type: 'number', doc: 'The epoch to begin with. Default 0.', optional: true },
  { name: 'shuffle', type: 'boolean', doc: 'Whether each epoch has an order of its own. Default true.', optional: true },
  { name: 'seed', type: 'number', doc: 'Of the orders. Default 0.', optional: true },
  { name: 'validationData', type: 'TrainingData', optional: true },
  { name: 'onBatchEnd', type: '(step: { epoch: number; step: number; steps: number; logs: Logs }) => void', optional: true },
  { name: 'onEpochEnd', type: '(epoch: number, logs: Logs) => unknown', doc: 'False ends training.', optional: true },
  { name: 'signal', type: 'AbortSignal', doc: 'Ends training after the present step.', optional: true },
];

/** Adds the types of training, and its members to the interface `Model`. */
export function addTraining(file: SourceFile): void {
  file.addTypeAlias({ name: 'TypedArray', isExported: true, type: TYPED_ARRAYS.join(' | ') });
  file.addTypeAlias({ name: 'NamedTensors', isExported: true, type: 'TypedArray | Readonly<Record<string, TypedArray>>' });
  file.addTypeAlias({ name: 'Logs', isExported: true, type: 'Record<string, number>', docs: ['The loss and the metrics by name.'] });
  addInterface(file, 'TrainingData', DATA);
  addInterface(file, 'FitOptions', OPTIONS);
  addInterface(file, 'History', [
    { name: 'epochs', type: 'number[]' },
    { name: 'history', type: 'Record<string, number[]>' },
  ]);
  const model = file.getInterfaceOrThrow('Model');
  model.addProperty({ name: 'learningRate', type: 'number | undefined', docs: ['Undefined where a schedule decides.'] });
  model.addMethods(
    METHODS.map(([name, parameters, returnType, doc]) => ({ name, parameters: parameters.map(parameter), returnType, docs: [doc] })),
  );
}

const TYPED_ARRAYS = ['Int8', 'Uint8', 'Int16', 'Uint16', 'Int32', 'Uint32', 'BigInt64', 'BigUint64', 'Float32', 'Float64'].map(
  (name) => `${name}Array`,
);

const METHODS: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'fit',
    ['data: TrainingData', 'options?: FitOptions'],
    'Promise<History>',
    'Trains on any number of samples. In a page, call it in a worker.',
  ],
  ['trainStep', ['data: TrainingData'], 'Logs', 'One step on as many samples as the bundle was built for.'],
  ['evaluate', ['data: TrainingData'], 'Logs', 'The loss and the metrics on data.'],
  [
    'getWeights',
    ['options?: { all?: boolean }'],
    'Record<string, TypedArray>',
    'Weights by their Keras paths; with `all` also the state of the optimizer.',
  ],
  ['setWeights', ['weights: Readonly<Record<string, TypedArray>>'], 'void', 'Sets variables by their paths.'],
  ['save', ['options?: { optimizer?: boolean }'], 'Uint8Array', 'A safetensors file, which `kerasc weights` turns into a .keras file.'],
  ['restore', ['file: Uint8Array'], 'void', 'Sets what a file of `save` holds.'],
  ['resetMetrics', [], 'void', 'Metrics begin anew.'],
  ['resetState', [], 'void', 'Stateful recurrent layers begin anew.'],
];

function parameter(text: string): { name: string; type: string; hasQuestionToken: boolean } {
  const [name, ...type] = text.split(': ');
  return { name: (name as string).replace('?', ''), type: type.join(': '), hasQuestionToken: (name as string).endsWith('?') };
}

function addInterface(file: SourceFile, name: string, members: readonly Member[]): void {
  const properties = members.map(({ name: member, type, doc, optional = false }) => ({
    name: member,
    type,
    hasQuestionToken: optional,
    ...(doc ? { docs: [doc] } : {}),
  }));
  file.addInterface({ name, isExported: true, properties });
}
