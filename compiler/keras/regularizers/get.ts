// Finds regularizers by name, config or value.
import { findObject, type ObjectClass, type SerializedReference } from '../engine/find-object.ts';
import type { RegisteredName, RegularizerName } from '../engine/identifier-names.ts';
import type { WeightRegularizer } from '../engine/weight.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';
import { L1, L1L2, L2 } from './norms.ts';
import { OrthogonalRegularizer } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

/** A name (`l2`), a function, a Regularizer, or a config. */
export type RegularizerLike = RegularizerName | RegisteredName | WeightRegularizer | SerializedReference | null;

const CLASSES: Readonly<Record<string, ObjectClass<WeightRegularizer>>> = { L1, L2, L1L2, OrthogonalRegularizer };

/** The regularizer that an identifier stands for; undefined for none. */
export const get = (identifier: RegularizerLike | undefined): WeightRegularizer | undefined =>
  findObject('regularizer', CLASSES, identifier);

/** The regularizer that a config of a model file describes. */
export const deserialize = (config: SerializedReference): WeightRegularizer => get(config) as WeightRegularizer;

/** The regularizer in the form of model files. */
export const serialize = (regularizer: Regularizer): SerializedObject => serializeObject(regularizer);
