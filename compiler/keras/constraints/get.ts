// Finds constraints by name, config or value.
import { findObject, type ObjectClass, type SerializedReference } from '../engine/find-object.ts';
import type { ConstraintName, RegisteredName } from '../engine/identifier-names.ts';
import type { WeightConstraint } from '../engine/weight.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';
import type { Constraint } from './constraint.ts';
import { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from './norm-constraints.ts';

/** A name (`non_neg`), a function, a Constraint, or a config. */
export type ConstraintLike = ConstraintName | RegisteredName | WeightConstraint | SerializedReference | null;

const CLASSES: Readonly<Record<string, ObjectClass<WeightConstraint>>> = { MaxNorm, MinMaxNorm, NonNeg, UnitNorm };

/** The constraint that an identifier stands for; undefined for none. */
export const get = (identifier: ConstraintLike | undefined): WeightConstraint | undefined => findObject('constraint', CLASSES, identifier);

/** The constraint that a config of a model file describes. */
export const deserialize = (config: SerializedReference): WeightConstraint => get(config) as WeightConstraint;

/** The constraint in the form of model files. */
export const serialize = (constraint: Constraint): SerializedObject => serializeObject(constraint);
