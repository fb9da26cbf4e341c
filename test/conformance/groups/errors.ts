// Replays mistakes: the class of the error and what it says.
import { deserializeKerasObject, type Layer } from '../../../compiler/index.ts';
import { translateCall } from '../call-layer.ts';
import { type Case, Mismatch, Skip } from '../case.ts';
import type { GroupContext } from '../context.ts';
import { unknownClass } from '../deserialize.ts';
import { errorProblems } from '../error-message.ts';
import { SCRIPTS } from '../errors/scripts.ts';
import { throwIfAny } from './ops.ts';

export async function runError(item: Case, context: GroupContext): Promise<void> {
  const attempt = item['kind'] === 'script' ? scriptOf(item) : () => callLayer(item, context);
  const error = item['error'] as string | null;
  try {
    await attempt();
  } catch (caught) {
    const missing = unknownClass(caught);
    if (caught instanceof Skip) throw caught;
    if (missing && !String(item['message']).includes('Could not locate class')) throw missing;
    if (error === null) throw new Mismatch([`${String(caught).slice(0, 200)} was thrown; Keras accepts it`]);
    return throwIfAny(item['backend_specific'] ? [] : errorProblems(caught, error, String(item['message'])));
  }
  if (error !== null) throw new Mismatch([`nothing was thrown, expected ${error}: ${String(item['message']).slice(0, 200)}`]);
}

function scriptOf(item: Case): () => unknown {
  const hash = item.id.split('/').at(-1) as string;
  const script = SCRIPTS[hash];
  if (!script) throw new Skip(`script without a translation: ${String(item['description'])}`);
  return script;
}

function callLayer(item: Case, context: GroupContext): unknown {
  const layer = deserializeKerasObject(item['config']) as Layer;
  const { positional, named } = translateCall(item, context);
  return layer(...(positional as [never]), named);
}
