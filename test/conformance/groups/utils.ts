// Replays utilities: exact results of `keras.utils`.
import { utils } from '../../../compiler/index.ts';
import { toCamelCase } from '../../../compiler/keras/saving/key-case.ts';
import { translateArguments } from '../call-op.ts';
import { type Case, type Json, type JsonObject, Skip } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

type Utility = (...args: readonly unknown[]) => unknown;

export function runUtility(item: Case, context: GroupContext): void {
  const name = String(item['function']).replace(/^utils\./, '');
  const args = context.decode(item['args'] as Json) as unknown[];
  const kwargs = context.decode((item['kwargs'] ?? {}) as Json) as JsonObject;
  const output = utilityNamed(name)(...translateArguments(name, context.signatures('keras.utils'), args, kwargs));
  throwIfAny(differences(output, context.decode(item['output'] as Json), closenessFor(item)));
}

/** `utils.boundingBoxes.crop` for `bounding_boxes.crop`. */
function utilityNamed(name: string): Utility {
  let found: unknown = utils;
  for (const part of name.split('.')) found = (found as Readonly<Record<string, unknown>> | undefined)?.[toCamelCase(part)];
  if (typeof found !== 'function') throw new Skip(`utils.${name} is not there`);
  return found as Utility;
}
