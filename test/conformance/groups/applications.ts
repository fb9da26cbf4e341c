// Replays known architectures with weights and inputs that come from a formula.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { applications, Model, modelFromJson } from '../../../compiler/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { mapKeys, toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import type { Case, Json, JsonObject } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { skippingUnknownClasses } from '../deserialize.ts';
import { formulaInput, formulaWeight } from '../formula.ts';
import { hostValues } from '../host-values.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

type WeightList = readonly (readonly [string, readonly number[]])[];

export function runApplication(item: Case, context: GroupContext): void {
  const fromFile = skippingUnknownClasses(() =>
    modelFromJson(gunzipSync(readFileSync(join(context.folder, String(item['config_file'])))).toString('utf8')),
  );
  const model = buildByName(item) ?? fromFile;
  const weights = item['weights'] as unknown as WeightList;
  throwIfAny([...weightListProblems(fromFile, weights, 'from its JSON'), ...weightListProblems(model, weights, 'built by name')]);
  const values = weights.map(([path, shape], index) => formulaWeight(path, shape, index));
  throwIfAny(checksumProblems(values, item['weight_checksums'] as JsonObject));
  model.setWeights(values);
  const probes = item['intermediate'] as readonly JsonObject[];
  const probed = new Model({
    inputs: model.inputs,
    outputs: [...model.outputs, ...probes.map(({ layer }) => model.getLayer(String(layer)).output as never)],
  });
  const [output, ...inner] = probed.predict(formulaInput(item['input'] as JsonObject), { verbose: 0 }) as NDArray[];
  throwIfAny([
    ...differences(output, context.decode(item['output'] as Json), closenessFor(item)),
    ...probes.flatMap((probe, index) => probeProblems(inner[index] as NDArray, probe, closenessFor(item).tolerance)),
  ]);
}

function buildByName(item: Case): Model | undefined {
  const build = (applications as unknown as Record<string, ((options: object) => Model) | undefined>)[String(item['application'])];
  return build?.(mapKeys(item['kwargs'] as JsonObject, toCamelCase));
}

function weightListProblems(model: Model, expected: WeightList, how: string): string[] {
  const found = model.weights.map(({ path, shape }) => `${path.split('/').slice(-2).join('/')} [${shape}]`);
  const wanted = expected.map(([path, shape]) => `${path.split('/').slice(-2).join('/')} [${shape}]`);
  const at = wanted.findIndex((weight, index) => weight !== found[index]);
  if (at < 0 && found.length === wanted.length) return [];
  return [`the model ${how} has ${found.length} weights, expected ${wanted.length}; number ${at} is ${found[at]}, expected ${wanted[at]}`];
}

function checksumProblems(values: readonly NDArray[], expected: JsonObject): string[] {
  return Object.entries(expected).flatMap(([index, wanted]) => {
    const elements = values[Number(index)] ? Array.from(hostValues(values[Number(index)] as NDArray), Number) : [];
    const sum = elements.reduce((total, value) => total + value, 0);
    // Summed in another order, in double precision.
    return Math.abs(sum - Number(wanted)) <= 1e-6 * Math.max(1, elements.length)
      ? []
      : [`the formula's weight ${index} sums to ${sum}, expected ${String(wanted)}`];
  });
}

function probeProblems(value: NDArray, probe: JsonObject, tolerance: number): string[] {
  const numbers = Array.from(hostValues(value), Number);
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const absoluteMean = numbers.reduce((sum, x) => sum + Math.abs(x), 0) / numbers.length;
  const std = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length);
  const largest = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const close = (found: number, wanted: Json | undefined, scale: number, what: string): string[] =>
    Math.abs(found - Number(wanted)) <= tolerance * scale
      ? []
      : [`${what} of layer ${String(probe['layer'])} is ${found}, expected ${String(wanted)}`];
  return [
    ...close(mean * numbers.length, probe['sum'], absoluteMean * numbers.length, 'the sum'),
    ...close(absoluteMean, probe['abs_mean'], Math.max(1, absoluteMean), 'the mean of absolute values'),
    ...close(std, probe['std'], Math.max(1, std), 'the standard deviation'),
    ...(probe['first'] as readonly Json[]).flatMap((wanted, index) => close(numbers[index] as number, wanted, largest, `value ${index}`)),
  ];
}
