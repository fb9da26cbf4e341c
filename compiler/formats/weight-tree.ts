// The weight tree of Keras 3 out of the groups of its HDF5 file.
import type { NDArray } from '../ir/ndarray.ts';
import type { Hdf5Group } from './hdf5-tree.ts';
import type { WeightGroup, WeightTree } from './model-file.ts';

const VARIABLES = 'vars';
/** What Keras 2.12 to 2.15 wrote for `layers`. */
const OLD_LAYERS = '_layer_checkpoint_dependencies';

const NO_ATTRIBUTES: ReadonlyMap<string, never> = new Map<string, never>();
const NO_ARRAYS: ReadonlyMap<string, never> = new Map<string, never>();

export const EMPTY_WEIGHTS: WeightTree = weightTree({ attributes: NO_ATTRIBUTES, groups: new Map(), arrays: NO_ARRAYS });

/** Whether the file is arranged as Keras 3 does it, seen from its root. */
export const isWeightTree = (root: Hdf5Group): boolean =>
  root.groups.size > 0 && [...root.groups.values()].some((group) => hasVariables(group, 0));

function hasVariables(group: Hdf5Group, depth: number): boolean {
  if (depth > 3) return false;
  return group.groups.has(VARIABLES) || [...group.groups.values()].some((child) => hasVariables(child, depth + 1));
}

export function weightTree(root: Hdf5Group): WeightTree {
  const tree = weightGroup(root, '');
  return {
    layout: 'tree',
    root: tree,
    group: (path) => path.split('/').reduce<WeightGroup | undefined>((group, part) => (part ? childOf(group, part) : group), tree),
  };
}

const childOf = (group: WeightGroup | undefined, name: string): WeightGroup | undefined =>
  group?.children.get(name) ?? (name === 'layers' ? group?.children.get(OLD_LAYERS) : undefined);

function weightGroup(group: Hdf5Group, path: string): WeightGroup {
  const variables = group.groups.get(VARIABLES);
  const named = variables?.arrays ?? NO_ARRAYS;
  const children = new Map<string, WeightGroup>();
  for (const [name, child] of splitNames(group)) {
    if (name !== VARIABLES) children.set(name, weightGroup(child, path ? `${path}/${name}` : name));
  }
  return { path, vars: numbered(named), named, attributes: variables?.attributes ?? NO_ATTRIBUTES, children };
}

/** `0`, `1`, `2`, ... in that order; HDF5 sorts them as text. */
function numbered(named: ReadonlyMap<string, NDArray>): NDArray[] {
  const numbers = [...named.keys()].filter((key) => /^\d+$/.test(key)).sort((a, b) => Number(a) - Number(b));
  return numbers.map((key) => named.get(key) as NDArray);
}

/** Older Keras on Windows named groups `layers\dense`: these are a path too. */
function splitNames(group: Hdf5Group): ReadonlyMap<string, Hdf5Group> {
  if (![...group.groups.keys()].some((name) => name.includes('\\'))) return group.groups;
  const result = new Map<string, Hdf5Group>();
  for (const [name, child] of group.groups) {
    const [first = '', ...rest] = name.split('\\');
    const nested =
      rest.length === 0 ? child : { attributes: NO_ATTRIBUTES, arrays: NO_ARRAYS, groups: new Map([[rest.join('\\'), child]]) };
    const known = result.get(first);
    result.set(first, known ? mergeGroups(known, nested) : nested);
  }
  return result;
}

const mergeGroups = (a: Hdf5Group, b: Hdf5Group): Hdf5Group => ({
  attributes: new Map([...a.attributes, ...b.attributes]),
  groups: new Map([...a.groups, ...b.groups]),
  arrays: new Map([...a.arrays, ...b.arrays]),
});
