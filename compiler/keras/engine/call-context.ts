// What an outer layer's call passes on to the layers it calls: whether this is training.

interface CallContext {
  readonly training: boolean | undefined;
}

let current: CallContext | undefined;

/** Whether a layer call is going on. */
export const isInLayerCall = (): boolean => current !== undefined;

export const inheritedTraining = (): boolean | undefined => current?.training;

/** Runs a layer's call; layers called inside inherit `training`. */
export function withCallContext<T>(training: boolean | undefined, body: () => T): T {
  const former = current;
  current = { training };
  try {
    return body();
  } finally {
    current = former;
  }
}
