// The base of optimizers: state beside each variable, and a step that is written in ops, so that a trace can hold it.
import { quote, ValueError } from '../../errors/index.ts';
import { withoutTrace } from '../../trace/context.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { autoName, toSnakeCase } from '../engine/names.ts';
import { Weight } from '../engine/weight.ts';
import * as ops from '../ops/index.ts';
import { serializeKerasObject } from '../saving/serialize.ts';
import { assignIf } from './assign-if.ts';
import { clipGradients } from './clip-gradients.ts';
import { BASE_DEFAULTS, type BaseSettings, checkSettings, type LearningRate, type OptimizerOptions, toLearningRate } from './options.ts';
import { LearningRateSchedule } from './schedules/index.ts';

/** Of an option's value, what it is once a default stands in for nothing. */
type Settled<S> = { readonly [K in keyof S]-?: Exclude<S[K], undefined> };

/** Subclass it and write `updateStep` in `ops.*` for an optimizer of your own. `S` are the options that it adds. */
export abstract class Optimizer<S extends object = object> {
  readonly name: string;
  readonly settings: BaseSettings & Settled<S>;
  readonly #ownKeys: readonly string[];
  readonly #variables: Variable[] = [];
  readonly #slots = new Map<string, Map<Variable, Variable>>();
  readonly #iterations: Variable;
  #learningRate: Variable | Exclude<LearningRate, number>;
  #trainable: readonly Variable[] | undefined;
  #excluded: (variable: Variable) => boolean = () => false;

  /**
   * @param defaults of the learning rate, of base options that differ, and of all options in `S`
   * @param first the learning rate, or all options
   */
  constructor(
    defaults: Settled<S> & { readonly learningRate: number } & Partial<BaseSettings>,
    first: LearningRate | (OptimizerOptions & S) = {} as OptimizerOptions & S,
    second?: OptimizerOptions & S,
  ) {
    const options = (typeof first === 'number' || typeof first === 'function' ? { ...second, learningRate: first } : first) as object;
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const { learningRate, name, ...settings } = { name: null, ...BASE_DEFAULTS, ...defaults, ...given };
    const base = new Set(['learningRate', ...Object.keys(BASE_DEFAULTS)]);
    this.#ownKeys = Object.keys(defaults).filter((key) => !base.has(key));
    this.settings = settings as unknown as BaseSettings & Settled<S>;
    this.#checkOptions(settings);
    this.name = (name as string | null) ?? autoName(toSnakeCase(this.constructor.name));
    this.#iterations = this.addVariable(tensorOf('int64', [], BigInt64Array.of(0n)), 'iteration');
    const rate = toLearningRate(learningRate);
    this.#learningRate = typeof rate === 'number' ? this.addVariable(ops.cast(rate, 'float32'), 'learning_rate') : rate;
  }

  #checkOptions(settings: Record<string, unknown>): void {
    const unknown = Object.keys(settings).filter((key) => !(key in BASE_DEFAULTS) && !this.#ownKeys.includes(key));
    if (unknown.length > 0) {
      throw new ValueError(`Argument(s) not recognized: ${unknown.map(quote).join(', ')}`, { code: 'optimizer-option' });
    }
    checkSettings(this.settings);
  }

  /** All state, in Keras's order: iterations, learning rate, then what belongs to weights. */
  get variables(): readonly Variable[] {
    return [...this.#variables];
  }

  /** The steps taken that changed weights. */
  get iterations(): Tensor {
    const steps = this.settings.gradientAccumulationSteps;
    const taken = this.#iterations.read();
    return steps ? (ops.floorDivide(taken, steps) as Tensor) : taken;
  }

  /** The learning rate of the next step. */
  get learningRate(): Tensor {
    const rate = this.#learningRate;
    if (rate instanceof Variable) return rate.read();
    return rate instanceof LearningRateSchedule ? rate(this.#iterations.read()) : (rate as () => Tensor)();
  }

  /** The variable that holds the learning rate; undefined where a schedule or a function decides. */
  get learningRateVariable(): Variable | undefined {
    return this.#learningRate instanceof Variable ? this.#learningRate : undefined;
  }

  /** Whether the learning rate is more than a number. */
  protected get hasSchedule(): boolean {
    return !(this.#learningRate instanceof Variable);
  }

  /** Sets a learning rate that is a number. Throws TypeError where a schedule decides. */
  set learningRate(value: number) {
    if (!(this.#learningRate instanceof Variable)) {
      throw new TypeError(
        'This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its ' +
          'learning rate is not settable. Make the optimizer with a number as learning rate.',
      );
    }
    this.#learningRate.assign(ops.cast(value, 'float32'));
  }

  get built(): boolean {
    return this.#trainable !== undefined;
  }

  /** The variables that it was built for. */
  get trainableVariables(): readonly Variable[] {
    return this.#trainable ?? [];
  }

  /** Weights that do not decay: these, and those whose name matches one of the patterns. */
  excludeFromWeightDecay({ varList = [], varNames = [] }: { varList?: readonly Variable[]; varNames?: readonly string[] }): void {
    if (this.built) throw new ValueError('`exclude_from_weight_decay()` can only be configured before the optimizer is built.');
    const patterns = varNames.map((pattern) => new RegExp(pattern));
    this.#excluded = (variable) => varList.includes(variable) || patterns.some((pattern) => pattern.test(variable.name));
  }

  /** Makes the state for these variables. */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    this.#trainable = [...variables];
    // The first step may be traced: what it begins with must have a value.
    withoutTrace(() => {
      if (this.settings.useEma) this.addSlots(variables, ['average']);
      if (this.settings.gradientAccumulationSteps) this.addSlots(variables, ['gradient_accumulator']);
      this.createState(variables);
    });
  }

  /** Makes what the optimizer keeps beside each variable, with `addSlots`. */
  protected createState(_variables: readonly Variable[]): void {}

  /** Changes one variable. The gradient and the learning rate have the variable's dtype. */
  protected abstract updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void;

  /** Changes all variables by one step. */
  protected updateAll(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const rate = this.learningRate;
    variables.forEach((variable, index) => {
      const gradient = ops.cast(gradients[index] as Tensor, variable.dtype);
      this.updateStep(gradient, variable, ops.cast(rate, variable.dtype));
    });
  }

  /** The share that weight decay takes from this variable, before the learning rate; null for none. */
  protected weightDecayOf(_variable: Variable): number | null {
    return this.settings.weightDecay;
  }

  /**
   * One step: changes the variables by their gradients. Inside a trace the changes become updates of the program.
   *
   * @param variables default: those that the optimizer was built for
   */
  apply(gradients: readonly (Tensor | null)[], variables?: readonly Variable[]): void {
    if (gradients.length === 0) return;
    const targets = variables ?? this.#builtVariables(gradients.length);
    this.build(targets);
    this.#requireKnown(targets);
    const known = targets.filter((_, index) => gradients[index]);
    if (known.length === 0) throw new ValueError('No gradients provided for any variable.', { code: 'no-gradients' });
    const scale = this.settings.lossScaleFactor;
    const present = gradients
      .filter((gradient) => gradient !== null)
      .map((gradient) => (scale === null ? gradient : ops.divide(gradient, scale)));
    this.#applyPresent(present, known);
    for (const variable of known) {
      if (variable instanceof Weight && variable.constraint) variable.assign(variable.constraint(variable.read()));
    }
    this.#iterations.assign(ops.add(this.#iterations.read(), 1));
  }

  /** As `apply`, from pairs. */
  applyGradients(pairs: readonly (readonly [Tensor | null, Variable])[]): void {
    this.apply(
      pairs.map(([gradient]) => gradient),
      pairs.map(([, variable]) => variable),
    );
  }

  #builtVariables(count: number): readonly Variable[] {
    if (this.#trainable?.length === count) return this.#trainable;
    const found = this.#trainable
      ? `it was built for ${this.#trainable.length} variables and received ${count} gradients`
      : 'it is not built';
    throw new ValueError(`When passing gradients without variables, the optimizer must be built for as many variables: ${found}.`, {
      code: 'optimizer-not-built',
      cure: 'Call `optimizer.build(trainableVariables)` first, or pass the variables.',
    });
  }

  #requireKnown(variables: readonly Variable[]): void {
    const unknown = variables.find((variable) => !this.#trainable?.includes(variable));
    if (!unknown) return;
    throw new ValueError(
      `Unknown variable: ${quote(unknown.path)}. This optimizer can only be called for the variables it was originally built with.`,
      {
        code: 'optimizer-variable',
        cure: 'Make a new optimizer for a new set of variables.',
      },
    );
  }

  #applyPresent(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const steps = this.settings.gradientAccumulationSteps;
    if (steps) this.#accumulate(gradients, variables, steps);
    else this.#step(gradients, variables);
    if (this.settings.useEma) this.#average();
  }

  #step(gradients: readonly Tensor[], variables: readonly Variable[]): void {
    const clipped = clipGradients(gradients, this.settings);
    for (const variable of variables) this.#decay(variable);
    this.updateAll(clipped, variables);
  }

  #decay(variable: Variable): void {
    const decay = this.weightDecayOf(variable);
    if (decay === null || this.#excluded(variable)) return;
    const value = variable.read();
    const share = ops.multiply(ops.multiply(value, decay), ops.cast(this.learningRate, variable.dtype));
    variable.assign(ops.subtract(value, share));
  }

  /** Every `steps`-th time a step with the mean of the gradients, otherwise one more gradient in the sum. */
  #accumulate(gradients: readonly Tensor[], variables: readonly Variable[], steps: number): void {
    const accumulators = variables.map((variable) => this.slot('gradient_accumulator', variable));
    const sums = gradients.map((gradient, index) => ops.add(gradient, (accumulators[index] as Variable).read()));
    const isStep = ops.equal(ops.mod(ops.add(this.#iterations.read(), 1), steps), 0);
    assignIf(isStep, [...variables, ...this.#variables], () =>
      this.#step(
        sums.map((sum) => ops.divide(sum, steps)),
        variables,
      ),
    );
    accumulators.forEach((accumulator, index) => {
      const sum = sums[index] as Tensor;
      accumulator.assign(ops.where(isStep, ops.zerosLike(sum), sum) as Tensor);
    });
  }

  #average(): void {
    const { emaMomentum, emaOverwriteFrequency: every } = this.settings;
    const isLater = ops.notEqual(this.iterations, 0);
    for (const variable of this.trainableVariables) {
      const average = this.slot('average', variable);
      const momentum = ops.multiply(ops.cast(isLater, variable.dtype), emaMomentum);
      const rest = ops.multiply(ops.subtract(1, momentum), variable.read());
      average.assign(ops.add(ops.multiply(momentum, average.read()), rest));
    }
    if (!every) return;
    const isDue = ops.equal(ops.mod(ops.add(this.iterations, 1), every), 0);
    assignIf(isDue, this.trainableVariables, () => this.#overwriteWithAverage(this.trainableVariables));
  }

  #overwriteWithAverage(variables: readonly Variable[]): void {
    for (const variable of variables) variable.assign(this.slot('average', variable).read());
  }

  /** At the end of training: with `useEma` the weights become their average. */
  finalizeVariableValues(variables: readonly Variable[]): void {
    if (this.settings.useEma) this.#overwriteWithAverage(variables);
  }

  /** The loss to differentiate, which a loss scale may have made larger. */
  scaleLoss(loss: Tensor): Tensor {
    const scale = this.settings.lossScaleFactor;
    return scale === null ? loss : ops.multiply(loss, scale);
  }

  /** With `useEma`: each variable and the moving average of its values. */
  get movingAverages(): readonly (readonly [Variable, Variable])[] {
    return this.settings.useEma ? this.trainableVariables.map((variable) => [variable, this.slot('average', variable)] as const) : [];
  }

  /** Adds state that belongs to no variable, or that has a shape of its own. */
  protected addVariable(initial: Tensor, name: string): Variable {
    const variable = new Variable(initial, { name, trainable: false });
    variable.path = `${this.name}/${name}`;
    this.#variables.push(variable);
    return variable;
  }

  /** Adds state of each variable's shape under each name. */
  protected addSlots(variables: readonly Variable[], names: readonly string[], initial: readonly number[] = []): void {
    for (const variable of variables) {
      names.forEach((name, index) => {
        this.addSlot(name, variable, ops.full(variable.shape, initial[index] ?? 0, { dtype: variable.dtype }));
      });
    }
  }

  /** Adds state under a name for one variable. */
  protected addSlot(name: string, variable: Variable, initial: Tensor): void {
    const slots = this.#slots.get(name) ?? new Map<Variable, Variable>();
    this.#slots.set(name, slots);
    slots.set(variable, this.addVariable(initial, `${variable.path.replaceAll('/', '_')}_${name}`));
  }

  /** The state of a variable under a name. */
  protected slot(name: string, variable: Variable): Variable {
    const found = this.#slots.get(name)?.get(variable);
    if (!found) throw new ValueError(`The optimizer ${quote(this.name)} keeps no ${quote(name)} for the variable ${quote(variable.path)}.`);
    return found;
  }

  /** The number of the step that is being made, from 1, in a dtype. */
  protected stepNumber(variable: Variable): Tensor {
    return ops.cast(ops.add(this.iterations, 1), variable.dtype);
  }

  /** The arguments to make this optimizer again, in camel case. */
  getConfig(): Record<string, unknown> {
    const rate = this.#learningRate;
    const learningRate = rate instanceof Variable ? Number(rate.value.data[0]) : serializeKerasObject(rate);
    return { name: this.name, learningRate, ...this.settings };
  }
}
