// Preprocessing of strings, shared by the compiler and by bundles of models that need it. Depends on nothing.
export { encodeCategories, type OutputMode } from './encode-categories.ts';
export type { HostArray, NumberArray, StringArray } from './host-array.ts';
export { type HostInput, type HostProgram, type NamedStep, runHostProgram } from './host-program.ts';
export type { LookupOptions } from './look-up-tokens.ts';
export { type HostStep, lookUpRows, runStep, type TextStep } from './steps.ts';
export { type Split, type Standardize, type TokenOptions, tokenize } from './text-tokens.ts';
