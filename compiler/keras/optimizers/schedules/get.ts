// Schedules from configs and back.
import { deserializeKerasObject } from '../../saving/deserialize.ts';
import type { CustomObjects } from '../../saving/registry.ts';
import { type SerializedObject, serializeObject } from '../../saving/serialize.ts';
import type { LearningRateSchedule } from './learning-rate-schedule.ts';

/** The schedule that a config of a model file describes. */
export const deserialize = (config: unknown, options: { readonly customObjects?: CustomObjects | undefined } = {}): LearningRateSchedule =>
  deserializeKerasObject(config, options) as LearningRateSchedule;

/** The schedule in the form of model files. */
export const serialize = (schedule: LearningRateSchedule): SerializedObject => serializeObject(schedule);
