// What is being traced right now, and in which layer: the only state that tracing needs, always balanced by `finally`.
import type { Tensor } from './tensor.ts';
import type { Variable } from './variable.ts';

export interface TraceContext {
  /** Nesting depth, 1 for the outermost trace. */
  readonly level: number;
  /** Values assigned to variables during the trace, which later reads see. */
  readonly assigned: Map<Variable, Tensor>;
}

let trace: TraceContext | undefined;
const scopes: string[] = [];

export const currentTrace = (): TraceContext | undefined => trace;
export const currentScope = (): string => scopes.join('/');

/** Runs `body` in a trace of its own, one level deeper. Assignments to variables stay in the returned map. */
export function withTrace<T>(body: () => T): { readonly result: T; readonly context: TraceContext } {
  const outer = trace;
  const context: TraceContext = { level: (outer?.level ?? 0) + 1, assigned: new Map(outer?.assigned) };
  trace = context;
  try {
    return { result: body(), context };
  } finally {
    trace = outer;
  }
}

/** Runs `body` outside of any trace: what it makes (the state of an optimizer, say) is there when the program runs. */
export function withoutTrace<T>(body: () => T): T {
  const outer = trace;
  trace = undefined;
  try {
    return body();
  } finally {
    trace = outer;
  }
}

/** Runs `body` with `name` appended to the scope path that nodes carry. */
export function withScope<T>(name: string, body: () => T): T {
  scopes.push(name);
  try {
    return body();
  } finally {
    scopes.pop();
  }
}

/** Runs `body` as if in the scope `path`: what is derived from a node belongs to its layer. */
export function atScope<T>(path: string, body: () => T): T {
  const former = scopes.splice(0, scopes.length, path);
  try {
    return body();
  } finally {
    scopes.splice(0, scopes.length, ...former);
  }
}
