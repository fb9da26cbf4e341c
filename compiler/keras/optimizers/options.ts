// The options that all optimizers have, and their checks.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { mapKeys, toCamelCase } from '../saving/key-case.ts';
import { findCustom } from '../saving/registry.ts';
import * as schedules from './schedules/index.ts';
import { LearningRateSchedule } from './schedules/index.ts';

/** A number, a schedule of the iterations, or a function without arguments. */
export type LearningRate = number | LearningRateSchedule | (() => Tensor);

export interface OptimizerOptions {
  /** Default 0.001 in most optimizers. */
  readonly learningRate?: LearningRate;
  readonly name?: string | null;
  /** The share of each weight that a step takes away, times the learning rate. */
  readonly weightDecay?: number | null;
  /** The largest norm of each gradient. */
  readonly clipnorm?: number | null;
  /** The largest norm of all gradients together. */
  readonly globalClipnorm?: number | null;
  /** The largest magnitude of a gradient's elements. */
  readonly clipvalue?: number | null;
  /** Whether to keep a moving average of the weights. Default false. */
  readonly useEma?: boolean;
  /** Default 0.99. */
  readonly emaMomentum?: number;
  /** After how many steps the weights become their average. Default: only at the end. */
  readonly emaOverwriteFrequency?: number | null;
  /** What the loss is multiplied with, and gradients divided by. */
  readonly lossScaleFactor?: number | null;
  /** Over how many steps gradients are averaged before the weights change. */
  readonly gradientAccumulationSteps?: number | null;
}

export const BASE_DEFAULTS = {
  weightDecay: null, clipnorm: null, globalClipnorm: null, clipvalue: null, useEma: false, emaMomentum: 0.99,
  emaOverwriteFrequency: null, lossScaleFactor: null, gradientAccumulationSteps: null,
}; // biome-ignore format: one list

/** What every optimizer has settled after its options were read. */
export type BaseSettings = {
  readonly [K in Exclude<keyof OptimizerOptions, 'learningRate' | 'name'>]-?: Exclude<OptimizerOptions[K], undefined>;
};

const fail = (message: string): never => {
  throw new ValueError(message, { code: 'optimizer-option' });
};

/** Throws where Keras would. */
export function checkSettings(settings: BaseSettings): void {
  const { clipnorm, clipvalue, globalClipnorm, gradientAccumulationSteps: steps, emaMomentum, emaOverwriteFrequency: every } = settings;
  if (steps && !(steps >= 2)) {
    fail(`\`gradient_accumulation_steps\` must be an integer >= 2. Received: gradient_accumulation_steps=${quote(steps)}`);
  }
  if (settings.useEma && !(emaMomentum >= 0 && emaMomentum <= 1)) {
    fail(`\`ema_momentum\` must be in the range [0, 1]. Received: ema_momentum=${quote(emaMomentum)}`);
  }
  if (settings.useEma && every && !(Number.isInteger(every) && every >= 1)) {
    fail(`\`ema_overwrite_frequency\` must be an integer >= 1 or None. Received: ema_overwrite_frequency=${quote(every)}`);
  }
  if ([clipnorm, clipvalue, globalClipnorm].filter((value) => value !== null).length > 1) {
    fail(
      'Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. ' +
        `Received: clipnorm=${clipnorm}, clipvalue=${clipvalue}, global_clipnorm=${globalClipnorm}`,
    );
  }
}

/** The learning rate that an option or a config stands for. */
export function toLearningRate(value: unknown): LearningRate {
  if (typeof value === 'number' || typeof value === 'function') return value as LearningRate;
  const { class_name: className, config } = (value ?? {}) as { readonly class_name?: string; readonly config?: Record<string, unknown> };
  const custom = className === undefined ? undefined : findCustom({ className }, {});
  const type = (custom ?? (schedules as Record<string, unknown>)[className ?? '']) as ScheduleClass | undefined;
  if (type?.prototype instanceof LearningRateSchedule) return makeSchedule(type, mapKeys(config ?? {}, toCamelCase));
  return fail(
    'Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable ' +
      `(that takes in the current iteration value and returns the corresponding learning rate value). Received instead: learning_rate=${quote(value)}`,
  );
}

interface ScheduleClass {
  new (...args: unknown[]): LearningRateSchedule;
  readonly prototype: LearningRateSchedule;
  readonly positional?: readonly string[];
}

function makeSchedule(type: ScheduleClass, config: Record<string, unknown>): LearningRateSchedule {
  const positional = type.positional ?? [];
  const rest = Object.fromEntries(Object.entries(config).filter(([key]) => !positional.includes(key)));
  return new type(...positional.map((key) => config[key]), rest);
}
