// Arguments of a layer's call in the form that kerasc takes them: tensors by position, what Python may leave out by name.
import { toCamelCase } from '../../compiler/keras/saving/key-case.ts';
import type { Case, Json } from './case.ts';
import type { GroupContext } from './context.ts';

export interface LayerCall {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  /** The same values as Python took them. */
  readonly python: { readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
}

/** The `args` and `kwargs` of a case. */
export function translateCall(item: Case, context: GroupContext): LayerCall {
  const args = context.decode(item['args'] as Json) as unknown[];
  const kwargs = context.decode(item['kwargs'] as Json) as Record<string, unknown>;
  const parameters = context.signatures('keras.layers').get(`${String(item['class'])}()`) ?? [];
  const positional: unknown[] = [];
  const named: Record<string, unknown> = {};
  args.forEach((value, index) => {
    const parameter = parameters[index];
    if (index > 0 && parameter && !parameter.required) named[toCamelCase(parameter.name)] = value;
    else positional.push(value);
  });
  for (const [key, value] of Object.entries(kwargs)) {
    const index = parameters.findIndex((parameter) => parameter.name === key && parameter.required);
    if (index >= 0) positional[index] = value;
    else named[toCamelCase(key)] = value;
  }
  return { positional, named, python: { args, kwargs } };
}
