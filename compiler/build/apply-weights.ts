// Puts the variables of a trained bundle back into the model it was built from.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError, quote, ValueError } from '../errors/index.ts';
import { readSafetensors } from '../formats/index.ts';
import { formatType } from '../ir/format-type.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { sameType } from '../ir/primitives/type-rules.ts';
import { loadModel, type Model } from '../keras/models/index.ts';
import { makePathsUnique } from '../keras/models/trace-model.ts';
import { VariablePaths } from '../keras/training/variable-paths.ts';
import { tensorOf } from '../trace/tensor.ts';
import type { Variable } from '../trace/variable.ts';

export interface AppliedWeights {
  readonly model: string;
  /** Variables that were set, of the model and of its optimizer. */
  readonly weights: number;
  readonly optimizer: number;
  /** Tensors of the file that belong to nothing in the model: the state of another optimizer, as a rule. */
  readonly unused: readonly string[];
}

/** Writes the model of a file with variables from a safetensors file that `save()` of a bundle gave. */
export async function applyWeights(modelPath: string, weightsPath: string, outPath: string): Promise<AppliedWeights> {
  if (!outPath.endsWith('.keras'))
    throw new ValueError(`The result is a .keras file. Received: ${quote(outPath)}`, {
      code: 'weights-out',
      cure: 'For example: -o trained.keras.',
    });
  const model = await loadModel(modelPath);
  const tensors = readSafetensors(await readWeights(weightsPath), basename(weightsPath));
  const { weights, optimizer } = variablesByPath(model);
  const own = assignAll(weights, tensors, model);
  const kept = assignAll(optimizer, tensors, model);
  const missing = model.weights.filter(({ path }) => !tensors.has(path));
  if (missing.length > 0)
    throw new ValueError(`${quote(weightsPath)} lacks ${missing.map(({ path }) => quote(path)).join(', ')}.`, {
      code: 'weights-missing',
      where: `model ${quote(model.name)}`,
      cure: 'Give the file that save() of a bundle of this very model made.',
    });
  await model.save(outPath);
  const unused = [...tensors.keys()].filter((path) => !weights.has(path) && !optimizer.has(path));
  return { model: model.name, weights: own, optimizer: kept, unused };
}

async function readWeights(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FormatError(`${quote(path)} cannot be read (${cause.code}).`, { code: 'weights-unreadable', cause });
  });
}

/** The variables under the paths that bundles know them by. */
function variablesByPath(model: Model): { readonly weights: Map<string, Variable>; readonly optimizer: Map<string, Variable> } {
  makePathsUnique(model);
  const paths = new VariablePaths();
  const byPath = (variables: readonly Variable[]): Map<string, Variable> => {
    for (const variable of variables) paths.claim(variable);
    return new Map(variables.map((variable) => [variable.path, variable]));
  };
  const weights = byPath(model.variables);
  if (model.compiled) model.requireOptimizer().build(model.trainableWeights);
  return { weights, optimizer: byPath(model.optimizer?.variables ?? []) };
}

function assignAll(variables: ReadonlyMap<string, Variable>, tensors: ReadonlyMap<string, NDArray>, model: Model): number {
  let count = 0;
  for (const [path, variable] of variables) {
    const value = tensors.get(path);
    if (!value) continue;
    if (!sameType(value, variable))
      throw new ValueError(`${quote(path)} is ${formatType(value)} in the file and ${formatType(variable)} in the model.`, {
        code: 'weights-type',
        where: `model ${quote(model.name)}`,
        cure: 'Give the file that save() of a bundle of this very model made.',
      });
    variable.assign(tensorOf(value.dtype, value.shape, value.data));
    count++;
  }
  return count;
}
