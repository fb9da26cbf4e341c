// Which optimizer changes which variables: by patterns of their paths.
import { quote, ValueError } from '../../errors/index.ts';
import type { Variable } from '../../trace/variable.ts';
import { deserializeKerasObject } from '../saving/deserialize.ts';
import { serializeKerasObject } from '../saving/serialize.ts';
import { Optimizer } from './optimizer.ts';

/** @example new OptimizerMap(new Adam(1e-4)).set('head/.*', new Adam(1e-2)) */
export class OptimizerMap {
  static readonly positional: readonly string[] = ['defaultOptimizer', 'optimizerMap'];
  readonly defaultOptimizer: Optimizer;
  readonly #byPattern: Map<string, Optimizer>;

  constructor(defaultOptimizer: Optimizer, optimizerMap: Readonly<Record<string, Optimizer>> = {}) {
    if (!(defaultOptimizer instanceof Optimizer)) {
      throw new TypeError(`default_optimizer must be a Keras Optimizer instance. Received: ${quote(defaultOptimizer)}`);
    }
    this.defaultOptimizer = defaultOptimizer;
    this.#byPattern = new Map(Object.entries(optimizerMap));
  }

  static fromConfig({ defaultOptimizer, optimizerMap }: Record<string, unknown>): OptimizerMap {
    const revived = Object.entries((optimizerMap ?? {}) as Record<string, unknown>).map(
      ([pattern, config]) => [pattern, deserializeKerasObject(config) as Optimizer] as const,
    );
    return new OptimizerMap(deserializeKerasObject(defaultOptimizer) as Optimizer, Object.fromEntries(revived));
  }

  /** Gives an optimizer the variables whose whole path matches the pattern. */
  set(pattern: string, optimizer: Optimizer): this {
    if (this.#byPattern.has(pattern)) {
      throw new ValueError(`'${pattern}' already exists in the OptimizerMap. Please make sure to not use duplicated keys.`, {
        code: 'optimizer-map',
      });
    }
    this.#byPattern.set(pattern, optimizer);
    return this;
  }

  /** All optimizers, each once. */
  get optimizers(): Optimizer[] {
    return [...new Set([...this.#byPattern.values(), this.defaultOptimizer])];
  }

  /** The optimizer of a variable. Throws ValueError if several patterns match its path. */
  optimizerOf({ path }: Variable): Optimizer {
    const exact = this.#byPattern.get(path);
    if (exact) return exact;
    const matching = [...this.#byPattern].filter(([pattern]) => new RegExp(`^(?:${pattern})$`).test(path));
    if (matching.length > 1) throw new ValueError(`Multiple optimizers assigned to variable ${path}.`, { code: 'optimizer-map' });
    return matching[0]?.[1] ?? this.defaultOptimizer;
  }

  /** The arguments to make it again, in camel case. */
  getConfig(): Record<string, unknown> {
    return {
      defaultOptimizer: serializeKerasObject(this.defaultOptimizer),
      optimizerMap: serializeKerasObject(Object.fromEntries(this.#byPattern)),
    };
  }
}
