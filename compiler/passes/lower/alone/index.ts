export { lowerConcatenate } from './concatenate.ts';
export { lowerControl } from './control.ts';
export { lowerLibrary } from './library.ts';
