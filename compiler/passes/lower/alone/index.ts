export { lowerConcatenate } from './concatenate.ts';
export { copyStep, lowerControl } from './control.ts';
export { lowerLibrary } from './library.ts';
