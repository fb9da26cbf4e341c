// `keras.preprocessing.image`.
export { arrayToImg, imgToArray, loadImg, saveImg } from '../utils/index.ts';
export { type SmartResizeOptions, smartResize } from './smart-resize.ts';
