// Makes objects from the configs of cases; a class that kerasc lacks is a reason to skip.
import { deserializeKerasObject } from '../../compiler/index.ts';
import { type Json, Skip } from './case.ts';

/** The object that a config describes. */
export function deserialize(config: Json): object {
  return skippingUnknownClasses(() => deserializeKerasObject(config));
}

/** Runs `make`; where it stumbles over a class that is not there, the case is skipped. */
export function skippingUnknownClasses<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw unknownClass(error) ?? error;
  }
}

/** The reason to skip, if the error says that a class of Keras is missing. */
export function unknownClass(error: unknown): Skip | undefined {
  if (!(error instanceof Error)) return undefined;
  const name =
    /Could not locate class ["'](\w+)["']/.exec(error.message)?.[1] ??
    /(?:layer|class|policy) "?(\w+)"? is not supported/.exec(error.message)?.[1];
  return name ? new Skip(`${name} is not there`) : undefined;
}
