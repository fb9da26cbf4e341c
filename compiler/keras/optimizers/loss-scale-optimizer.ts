// Dynamic loss scaling around another optimizer, for float16.
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { deserializeKerasObject } from '../saving/deserialize.ts';
import { serializeKerasObject } from '../saving/serialize.ts';
import { assignIf } from './assign-if.ts';
import { Optimizer } from './optimizer.ts';

export interface LossScaleOptimizerOptions {
  /** Default 2^15. */
  readonly initialScale?: number;
  /** After how many finite steps the scale doubles. Default 2000. */
  readonly dynamicGrowthSteps?: number;
  readonly name?: string | null;
}

/** Scales the loss up so that small gradients are not lost; where gradients overflow, halves the scale and skips the step. */
export class LossScaleOptimizer extends Optimizer {
  readonly innerOptimizer: Optimizer;
  readonly initialScale: number;
  readonly dynamicGrowthSteps: number;
  #counter: Variable | undefined;
  #scale: Variable | undefined;

  constructor(
    innerOptimizer: Optimizer,
    { initialScale = 2 ** 15, dynamicGrowthSteps = 2000, name = null }: LossScaleOptimizerOptions = {},
  ) {
    super({ learningRate: 0 }, { name });
    this.innerOptimizer = innerOptimizer;
    this.initialScale = initialScale;
    this.dynamicGrowthSteps = dynamicGrowthSteps;
  }

  static fromConfig({ innerOptimizer, ...options }: Record<string, unknown>): LossScaleOptimizer {
    return new LossScaleOptimizer(deserializeKerasObject(innerOptimizer) as Optimizer, options as LossScaleOptimizerOptions);
  }

  override get variables(): readonly Variable[] {
    return [...super.variables, ...this.innerOptimizer.variables];
  }

  override get iterations(): Tensor {
    return this.innerOptimizer.iterations;
  }

  override get learningRate(): Tensor {
    return this.innerOptimizer.learningRate;
  }

  override set learningRate(value: number) {
    this.innerOptimizer.learningRate = value;
  }

  override get learningRateVariable(): Variable | undefined {
    return this.innerOptimizer.learningRateVariable;
  }

  protected override createState(variables: readonly Variable[]): void {
    this.#counter = this.addVariable(tensorOf('int64', [], BigInt64Array.of(0n)), 'step_counter');
    this.#scale = this.addVariable(ops.cast(this.initialScale, 'float32'), 'dynamic_scale');
    this.innerOptimizer.build(variables);
  }

  protected override updateStep(): void {}

  override apply(gradients: readonly (Tensor | null)[], variables: readonly Variable[] = this.trainableVariables): void {
    this.build(variables);
    const [counter, scale] = [this.#counter as Variable, this.#scale as Variable];
    const [steps, factor] = [counter.read(), scale.read()];
    const finite = gradients.filter((gradient) => gradient !== null).map((gradient) => ops.all(ops.isfinite(gradient)));
    const isFinite = finite.reduce((all, one) => ops.logicalAnd(all, one), ops.cast(true, 'bool'));
    assignIf(isFinite, [...variables, ...this.innerOptimizer.variables], () =>
      this.innerOptimizer.apply(
        gradients.map((gradient) => gradient && ops.divide(gradient, factor)),
        variables,
      ),
    );
    const isGrowing = ops.equal(steps, this.dynamicGrowthSteps - 1);
    const isCounting = ops.logicalAnd(isFinite, ops.logicalNot(isGrowing));
    counter.assign(ops.where(isCounting, ops.add(steps, 1), ops.zerosLike(steps)) as Tensor);
    const grown = ops.where(isGrowing, ops.multiply(factor, 2), factor) as Tensor;
    scale.assign(ops.where(isFinite, grown, ops.multiply(factor, 0.5)) as Tensor);
  }

  override scaleLoss(loss: Tensor): Tensor {
    return ops.multiply(loss, this.#scale?.read() ?? this.initialScale);
  }

  override finalizeVariableValues(variables: readonly Variable[]): void {
    this.innerOptimizer.finalizeVariableValues(variables);
  }

  override getConfig(): Record<string, unknown> {
    const { name, initialScale, dynamicGrowthSteps } = this;
    return { name, innerOptimizer: serializeKerasObject(this.innerOptimizer), initialScale, dynamicGrowthSteps };
  }
}
