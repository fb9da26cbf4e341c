import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as activations from '../../compiler/keras/activations/index.ts';
import * as constraints from '../../compiler/keras/constraints/index.ts';
import * as initializers from '../../compiler/keras/initializers/index.ts';
import * as losses from '../../compiler/keras/losses/index.ts';
import * as metrics from '../../compiler/keras/metrics/index.ts';
import * as optimizers from '../../compiler/keras/optimizers/index.ts';
import * as regularizers from '../../compiler/keras/regularizers/index.ts';
import '../../compiler/keras/saving/index.ts';

const SOURCE = readFileSync(new URL('../../compiler/keras/engine/identifier-names.ts', import.meta.url), 'utf8');

/** The members of a union of strings, from its source. */
function namesOf(type: string): string[] {
  const [, body = ''] = new RegExp(`export type ${type} =([^;]*);`).exec(SOURCE) ?? [];
  return [...body.matchAll(/'([^']+)'/g)].map(([, name]) => name as string);
}

type Get = (name: never) => unknown;
const GETTERS: readonly (readonly [string, Get])[] = [
  ['ActivationName', activations.get],
  ['ConstraintName', constraints.get],
  ['InitializerName', initializers.get],
  ['LossName', losses.get],
  ['MetricName', metrics.get],
  ['OptimizerName', optimizers.get],
  ['RegularizerName', regularizers.get],
];

describe.each(GETTERS)('every %s', (type, get) => {
  it('stands for an object', () => {
    const names = namesOf(type);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(get(name as never), name).toBeTruthy();
  });
});

it('every class that needs no argument has a name in the types', () => {
  const names = new Set(GETTERS.flatMap(([type]) => namesOf(type)));
  const classes = [losses, metrics, regularizers, constraints, initializers]
    .flatMap((module) => Object.keys(module))
    .filter((name) => /^[A-Z]/.test(name));
  const bases = ['Loss', 'Metric', 'Regularizer', 'Constraint', 'Initializer', 'MeanMetricWrapper'];
  const needArguments = /IoU$|At(Recall|Precision|Specificity|Sensitivity)$/;
  expect(classes.filter((name) => !names.has(name) && !bases.includes(name) && !needArguments.test(name))).toEqual([]);
});
