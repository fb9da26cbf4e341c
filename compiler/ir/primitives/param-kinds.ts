// The form of every primitive's parameters, as data: it drives the parser of graph text and its messages.
import { BINARY, type BinaryName, type PrimitiveName, type PrimitiveParams, UNARY, type UnaryName } from './params.ts';

/** A form of value; a list of words means one of these words. */
export type ParamKind = 'integer' | 'integers' | 'pairs' | 'boolean' | 'dtype' | 'tensor' | 'graph' | 'graphs' | readonly string[];

export type ParamKinds = { readonly [P in PrimitiveName]: { readonly [K in keyof PrimitiveParams[P]]: ParamKind } };

const ELEMENTWISE = Object.fromEntries([...UNARY, ...BINARY].map((op) => [op, {}])) as Record<UnaryName | BinaryName, Record<never, never>>;

const GATHER_NUMBERS = {
  offsetAxes: 'integers',
  collapsedAxes: 'integers',
  operandBatchAxes: 'integers',
  indicesBatchAxes: 'integers',
  startIndexMap: 'integers',
} as const;

export const PARAM_KINDS: ParamKinds = {
  ...ELEMENTWISE,
  compare: { direction: ['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'] },
  select: {},
  is_finite: {},
  cast: { dtype: 'dtype' },
  bitcast: { dtype: 'dtype' },
  stop_gradient: {},
  barrier: {},
  custom_gradient: { operands: 'integer', results: 'integer', connected: 'integers', backward: 'graph' },
  constant: { value: 'tensor' },
  iota: { dtype: 'dtype', shape: 'integers', axis: 'integer' },
  broadcast: { shape: 'integers', axes: 'integers' },
  reshape: { shape: 'integers' },
  transpose: { permutation: 'integers' },
  reverse: { axes: 'integers' },
  slice: { start: 'integers', limit: 'integers', strides: 'integers' },
  pad: { low: 'integers', high: 'integers', interior: 'integers' },
  concatenate: { axis: 'integer' },
  dynamic_slice: { sizes: 'integers' },
  dynamic_update_slice: {},
  gather: { ...GATHER_NUMBERS, sliceSizes: 'integers' },
  scatter: { ...GATHER_NUMBERS, kind: ['update', 'add', 'multiply', 'min', 'max'] },
  dot_general: { lhsContracting: 'integers', rhsContracting: 'integers', lhsBatch: 'integers', rhsBatch: 'integers' },
  convolution: {
    strides: 'integers',
    padding: 'pairs',
    inputDilation: 'integers',
    kernelDilation: 'integers',
    featureGroups: 'integer',
    batchGroups: 'integer',
  },
  reduce: { kind: ['sum', 'product', 'max', 'min', 'and', 'or'], axes: 'integers' },
  arg_reduce: { kind: ['max', 'min'], axis: 'integer', dtype: 'dtype' },
  reduce_window: {
    kind: ['sum', 'product', 'max', 'min'],
    window: 'integers',
    strides: 'integers',
    padding: 'pairs',
    dilation: 'integers',
  },
  cumulative: { kind: ['sum', 'product', 'max', 'min'], axis: 'integer', reverse: 'boolean' },
  sort: { axis: 'integer', keys: 'integer' },
  top_k: { k: 'integer' },
  random_bits: { shape: 'integers' },
  cond: { branches: 'graphs' },
  while: { condition: 'graph', body: 'graph' },
  scan: { body: 'graph', length: 'integer', reverse: 'boolean', constants: 'integer', carries: 'integer' },
};
