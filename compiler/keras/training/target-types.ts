// Of what type the targets of a compiled model are, as its losses tell.
import type { TensorType } from '../../ir/graph.ts';
import { toSnakeCase } from '../engine/names.ts';
import { isPlainObject, mapStructure, type Nested } from '../engine/structure.ts';
import type { LossLike } from '../losses/get.ts';
import { Loss } from '../losses/loss.ts';
import type { Model } from '../models/model.ts';
import type { CompileLosses } from './compile-loss.ts';

/** The targets by the name of their output, `target` where there is only one; outputs without a loss have none. */
export function targetTypes(model: Model, rows: number): Record<string, TensorType> {
  const losses = model.compileOptions?.loss;
  const outputs: { readonly name: string; readonly key: string | number | undefined; readonly type: TensorType }[] = [];
  const names = model.outputNames ?? [];
  mapStructure(model.output as Nested<{ readonly shape: readonly (number | null)[] }>, ({ shape }, path) => {
    const index = outputs.length;
    const isKeyed = isPlainObject(model.output);
    const name = isKeyed ? path.join('/') : (names[index] ?? `target_${index}`);
    const known = shape.map((dim, axis) => (axis === 0 ? rows : (dim ?? 1)));
    outputs.push({ name, key: path.length === 1 ? path[0] : undefined, type: { dtype: 'float32', shape: known } });
  });
  const entries = outputs.flatMap(({ name, key, type }, index) => {
    const loss = lossAt(losses, [key, index, name]);
    return loss === undefined || loss === null ? [] : [[name, typeFor(loss, type)] as const];
  });
  const [only] = entries;
  return Object.fromEntries(outputs.length === 1 && only ? [['target', only[1]]] : entries);
}

/** The loss of one output: one loss serves all, others are found by key, number or name. */
function lossAt(losses: CompileLosses | undefined, keys: readonly (string | number | undefined)[]): LossLike | string | null | undefined {
  const isDictionary = isPlainObject(losses) && !('class_name' in losses);
  if (!Array.isArray(losses) && !isDictionary) return losses as LossLike | string | null | undefined;
  const found = keys.map((key) => (key === undefined ? undefined : (losses as Readonly<Record<string | number, unknown>>)[key]));
  const loss = found.find((item) => item !== undefined && item !== null);
  return loss as LossLike | undefined;
}

/** Sparse losses take the number of a class where the others take something of the output's shape. */
function typeFor(loss: LossLike | string, output: TensorType): TensorType {
  const isSparse = /sparse/i.test(nameOf(loss));
  return isSparse ? { dtype: 'int32', shape: output.shape.slice(0, -1) } : output;
}

function nameOf(loss: LossLike | string): string {
  if (typeof loss === 'string') return loss;
  if (loss instanceof Loss) return toSnakeCase(loss.constructor.name);
  return typeof loss === 'function' ? loss.name : loss.class_name;
}
