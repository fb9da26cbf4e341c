// The one rule by which names of Keras become names here.
import { toCamelCase } from '../../compiler/keras/saving/key-case.ts';

/** `expand_dims` -> `expandDims`; classes keep their names. */
export const publicName = (name: string): string => toCamelCase(name);

/** `keras.applications.resnet_v2` -> `['applications', 'resnetV2']`. */
export const publicPath = (module: string): string[] => module.split('.').slice(1).map(publicName);
