// Reads a whole HDF5 file into plain groups, arrays and attributes, checking everything before it is allocated.
import { FormatError, quote } from '../errors/index.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Hdf5Library } from './hdf5-library.ts';
import { H5_MODE, H5_OBJECT } from './hdf5-module.ts';
import type { Hdf5Group } from './hdf5-tree.ts';
import { type Hdf5Cursor, readAttributes, readDataset } from './hdf5-values.ts';
import { LIMITS, UnpackBudget } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';

/** A link takes at least this much of a file, so that a small file with links in a circle ends soon. */
const LEAST_BYTES_OF_OBJECT = 16;

/** All of an HDF5 file, from its bytes, which the library keeps. Throws FormatError and nothing else. */
export function readHdf5Tree(library: Hdf5Library, bytes: Uint8Array, place: Place): Hdf5Group {
  const { module, path } = library;
  const walk: Walk = { ...startWalk(bytes.length, place), module };
  library.takeMessages();
  try {
    module.FS.writeFile(path, bytes, { canOwn: true });
    walk.file = module.open(path, H5_MODE.read, false, -1, -1);
    if (walk.file < 0n) throw new Error('open failed');
    return readGroup(walk, '', 0);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    library.noteFailure(error);
    throw explain(error, library.takeMessages(), inside(place, walk.path || '/'));
  } finally {
    closeFile(library, walk.file);
  }
}

/** After a trap the library may not be able to close; its thread is then given up. */
function closeFile({ module, path }: Hdf5Library, file: bigint): void {
  try {
    if (file >= 0n) module.close_file(file);
    module.FS.unlink(path);
  } catch {
    // The error that led here is the one to report.
  }
}

interface Walk extends Hdf5Cursor {
  file: bigint;
  /** Where the walk is, for messages. */
  path: string;
  objects: number;
  readonly maxObjects: number;
}

function startWalk(bytes: number, place: Place): Omit<Walk, 'module'> {
  const maxObjects = Math.min(LIMITS.hdf5Objects, Math.floor(bytes / LEAST_BYTES_OF_OBJECT));
  return { file: -1n, place, path: '', budget: new UnpackBudget(bytes), objects: 0, maxObjects };
}

function readGroup(walk: Walk, path: string, depth: number): Hdf5Group {
  walk.path = path;
  if (depth > LIMITS.hdf5Depth) {
    throw formatError('file-bomb', inside(walk.place, path), `The groups nest deeper than ${LIMITS.hdf5Depth} levels.`);
  }
  const attributes = readAttributes(walk, path || '/');
  const groups = new Map<string, Hdf5Group>();
  const arrays = new Map<string, NDArray>();
  for (const name of walk.module.get_names(walk.file, path || '/', false)) {
    const child = enter(walk, path, name);
    const type = walk.module.get_type(walk.file, child);
    if (type === H5_OBJECT.group) groups.set(name, readGroup(walk, child, depth + 1));
    else if (type === H5_OBJECT.dataset) arrays.set(name, readDataset(walk, child));
    else if (type !== H5_OBJECT.namedType) throw new Error(`object of type ${type}`);
  }
  return { attributes, groups, arrays };
}

/** The path of a child, once its name and its link are known to stay in the file. */
function enter(walk: Walk, parent: string, name: string): string {
  if (++walk.objects > walk.maxObjects) {
    throw formatError(
      'file-bomb',
      inside(walk.place, parent),
      `The file has more than ${walk.maxObjects} objects; its links may form a circle.`,
    );
  }
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw formatError('hostile-name', inside(walk.place, parent || '/'), `An object has the name ${quote(name)}.`);
  }
  const path = `${parent}/${name}`;
  walk.path = path;
  const external = walk.module.get_external_link(walk.file, path).filename;
  if (external !== undefined) throw formatError('hostile-link', inside(walk.place, path), `This is a link to the file ${quote(external)}.`);
  const target = walk.module.get_symbolic_link(walk.file, path);
  if (target !== null) throw formatError('hostile-link', inside(walk.place, path), `This is a soft link to ${quote(target)}.`);
  return path;
}

function explain(error: unknown, messages: string, place: Place): FormatError {
  const cause = new Error(`${error instanceof Error ? error.message : String(error)}\n${messages}`.trim());
  if (/truncated file/i.test(messages)) {
    return formatError('file-truncated', place, 'The HDF5 file is shorter than its header says.', { cause });
  }
  if (/external raw data file/i.test(messages)) {
    return formatError('hostile-link', place, 'The data of this array lie in another file.', { cause });
  }
  return formatError('file-corrupt', place, 'The HDF5 library cannot read this part of the file.', { cause });
}
