// Several optimizers as one, each for its part of the variables.
import { AttributeError, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { deserializeKerasObject } from '../saving/deserialize.ts';
import { serializeKerasObject } from '../saving/serialize.ts';
import { LossScaleOptimizer } from './loss-scale-optimizer.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerMap } from './optimizer-map.ts';

export interface MultiOptimizerOptions {
  /** What the loss is multiplied with, and gradients divided by. */
  readonly lossScaleFactor?: number | null;
  readonly name?: string | null;
}

/** @example new MultiOptimizer(new OptimizerMap(new Adam(1e-4), { 'head/.*': new SGD(0.1) })) */
export class MultiOptimizer extends Optimizer {
  readonly optimizerMap: OptimizerMap;

  constructor(optimizerMap: OptimizerMap, { lossScaleFactor = null, name = null }: MultiOptimizerOptions = {}) {
    super({ learningRate: 0 }, { lossScaleFactor, name });
    this.optimizerMap = optimizerMap;
    const wrong = this.optimizers.find((optimizer) => optimizer instanceof LossScaleOptimizer || optimizer instanceof MultiOptimizer);
    if (wrong) throw new ValueError(`${wrong.constructor.name} cannot be used inside an MultiOptimizer.`, { code: 'optimizer-map' });
  }

  static fromConfig({ optimizerMap, ...options }: Record<string, unknown>): MultiOptimizer {
    return new MultiOptimizer(deserializeKerasObject(optimizerMap) as OptimizerMap, options as MultiOptimizerOptions);
  }

  get optimizers(): readonly Optimizer[] {
    return this.optimizerMap.optimizers;
  }

  override get variables(): readonly Variable[] {
    return [...super.variables, ...this.optimizers.flatMap((optimizer) => optimizer.variables)];
  }

  override get learningRate(): Tensor {
    throw this.#noLearningRate('accessed on', 'Access');
  }

  override set learningRate(_value: number) {
    throw this.#noLearningRate('set on', 'Set');
  }

  override get learningRateVariable(): undefined {
    return undefined;
  }

  #noLearningRate(done: string, cure: string): AttributeError {
    return new AttributeError(
      `Learning rate cannot be ${done} a MultiOptimizer. ${cure} the learning rate on the individual sub-optimizers instead.`,
      { code: 'multi-optimizer' },
    );
  }

  /** The variables of each optimizer that has some. */
  #parts<T>(items: readonly T[], variableOf: (item: T) => Variable): Map<Optimizer, T[]> {
    const parts = new Map<Optimizer, T[]>();
    for (const item of items) {
      const optimizer = this.optimizerMap.optimizerOf(variableOf(item));
      parts.set(optimizer, [...(parts.get(optimizer) ?? []), item]);
    }
    return parts;
  }

  protected override createState(variables: readonly Variable[]): void {
    for (const [optimizer, own] of this.#parts(variables, (variable) => variable)) optimizer.build(own);
  }

  protected override updateStep(): void {}

  protected override updateAll(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const pairs = variables.map((variable, index) => [gradients[index] as Tensor, variable] as const);
    for (const [optimizer, own] of this.#parts(pairs, ([, variable]) => variable)) optimizer.applyGradients(own);
  }

  override finalizeVariableValues(variables: readonly Variable[]): void {
    for (const [optimizer, own] of this.#parts(variables, (variable) => variable)) optimizer.finalizeVariableValues(own);
  }

  override getConfig(): Record<string, unknown> {
    const { name, settings } = this;
    return { name, optimizerMap: serializeKerasObject(this.optimizerMap), lossScaleFactor: settings.lossScaleFactor };
  }
}
