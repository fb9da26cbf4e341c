import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ABSENT_SYMBOLS, TYPES_ALONE } from './absent.ts';
import { publicName, publicPath } from './public-name.ts';
import { coverageReport, listSymbols } from './report.ts';

const SYMBOLS = listSymbols();

/** What the project promises to have nearly all of. */
const PROMISED = [
  'layers', 'ops', 'activations', 'initializers', 'losses', 'metrics', 'optimizers', 'optimizers.schedules', 'regularizers',
  'constraints', 'callbacks', 'models', 'random', 'applications',
].map((module) => `keras.${module}`); // biome-ignore format: one list

it('docs/coverage.md is what `npm run coverage` writes', () => {
  const written = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
  expect(written, 'run npm run coverage').toBe(coverageReport(SYMBOLS));
});

it('nearly every symbol of the promised modules is there', () => {
  const promised = SYMBOLS.filter(({ module }) => PROMISED.includes(module));
  const present = promised.filter((symbol) => symbol.present);
  expect(present.length / promised.length).toBeGreaterThanOrEqual(0.98);
});

it('every absence has a reason', () => {
  const silent = SYMBOLS.filter(({ present, reason }) => !present && reason === undefined);
  expect(silent.map(({ module, name }) => `${module}.${name}`)).toEqual([]);
});

it('reasons are stated for symbols that Keras has', () => {
  const known = new Set(SYMBOLS.map(({ module, name }) => `${module}.${name}`));
  expect([...Object.keys(ABSENT_SYMBOLS), ...TYPES_ALONE].filter((name) => !known.has(name))).toEqual([]);
});

it('names follow one rule', () => {
  expect(['expand_dims', 'l2_normalize', 'conv2d_transpose', 'Dense', 'relu6', 'pack_x_y_sample_weight'].map(publicName)).toEqual([
    'expandDims', 'l2Normalize', 'conv2dTranspose', 'Dense', 'relu6', 'packXYSampleWeight',
  ]); // biome-ignore format: one list
  expect(publicPath('keras.applications.inception_resnet_v2')).toEqual(['applications', 'inceptionResnetV2']);
});
