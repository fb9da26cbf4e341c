// How a layer's weight begins, what penalises it and what bounds it: the three arguments that come with each weight.

import { type ConstraintLike, get as getConstraint } from '../constraints/index.ts';
import type { LayerOptions } from '../engine/layer.ts';
import type { WeightConstraint, WeightRegularizer } from '../engine/weight.ts';
import { get as getInitializer, type InitializerFunction, type InitializerLike } from '../initializers/index.ts';
import { get as getRegularizer, type RegularizerLike } from '../regularizers/index.ts';

/** The constructor options of one weight: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`. */
export type WeightOptionsOf<Name extends string> = {
  readonly [K in `${Name}Initializer`]?: InitializerLike | undefined;
} & {
  readonly [K in `${Name}Regularizer`]?: RegularizerLike | undefined;
} & {
  readonly [K in `${Name}Constraint`]?: ConstraintLike | undefined;
};

export interface WeightSettings {
  readonly initializer: InitializerFunction;
  readonly regularizer: WeightRegularizer | undefined;
  readonly constraint: WeightConstraint | undefined;
}

/** The settings of the weight `name` among a layer's options. */
export function weightSettings<Name extends string>(
  name: Name,
  options: WeightOptionsOf<Name>,
  initializer: InitializerLike,
): WeightSettings {
  const given = options as Readonly<Record<string, unknown>>;
  return {
    initializer: getInitializer((given[`${name}Initializer`] as InitializerLike | undefined) ?? initializer),
    regularizer: getRegularizer(given[`${name}Regularizer`] as RegularizerLike | undefined),
    constraint: getConstraint(given[`${name}Constraint`] as ConstraintLike | undefined),
  };
}

/** The settings in a layer's config. */
export function weightConfig(name: string, { initializer, regularizer, constraint }: WeightSettings): Record<string, unknown> {
  return { [`${name}Initializer`]: initializer, [`${name}Regularizer`]: regularizer ?? null, [`${name}Constraint`]: constraint ?? null };
}

/** As `LayerOptions`, with a regularizer of any form. */
export interface RegularizedLayerOptions extends Omit<LayerOptions, 'activityRegularizer'> {
  readonly activityRegularizer?: RegularizerLike | undefined;
}

/** The options of the base class. */
export const baseOptions = (options: RegularizedLayerOptions): LayerOptions => ({
  ...options,
  activityRegularizer: getRegularizer(options.activityRegularizer),
});
