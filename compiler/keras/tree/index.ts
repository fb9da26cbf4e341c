// `keras.tree`.
export {
  assertSamePaths,
  assertSameStructure,
  flatten,
  flattenWithPath,
  isNested,
  listsToTuples,
  MAP_TO_NONE,
  mapShapeStructure,
  mapStructure,
  mapStructureUpTo,
  type Path,
  packSequenceAs,
  traverse,
} from './structures.ts';
