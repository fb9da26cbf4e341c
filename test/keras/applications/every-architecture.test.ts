import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import * as applications from '../../../compiler/keras/applications/index.ts';
import { clearSession } from '../../../compiler/keras/engine/index.ts';
import type { Model } from '../../../compiler/keras/models/index.ts';
import { mapKeys, toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import '../../../compiler/keras/saving/index.ts';

interface Golden {
  readonly application: string;
  readonly kwargs: Record<string, unknown>;
  readonly parameters: number;
  readonly weights: number;
  readonly weights_hash: string;
  readonly config_hash: string;
}

const GOLDEN = readFileSync(new URL('../../golden/applications.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden);

const build = ({ application, kwargs }: Golden): Model => {
  const builders = applications as unknown as Record<string, (options: object) => Model>;
  return (builders[application] as (options: object) => Model)({ weights: null, ...mapKeys(kwargs, toCamelCase) });
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What the two sides may write differently without meaning anything else. */
const IGNORED = new Set(['compile_config', 'build_config', 'registered_name', 'training']);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => !IGNORED.has(key) && item !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)]));
}

beforeEach(clearSession);

describe('applications have the architecture of Keras', () => {
  it.each(GOLDEN.map((golden) => [`${golden.application} ${JSON.stringify(golden.kwargs)}`, golden] as const))('%s', (_, golden) => {
    const model = build(golden);
    const weights = model.weights.map(({ path, shape }) => `${path.split('/').slice(-2).join('/')} ${shape.join('x')}`);
    expect({
      parameters: model.countParams(),
      weights: weights.length,
      weights_hash: hash(weights.join('\n')),
      config_hash: hash(JSON.stringify(canonical(JSON.parse(model.toJson())))),
    }).toEqual({
      parameters: golden.parameters,
      weights: golden.weights,
      weights_hash: golden.weights_hash,
      config_hash: golden.config_hash,
    });
  });

  it('is tested for every application', () => {
    const builders = Object.keys(applications).filter((name) => /^[A-Z]/.test(name));
    expect([...new Set(GOLDEN.map(({ application }) => application))].sort()).toEqual(builders.sort());
  });
});
