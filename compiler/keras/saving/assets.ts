// Files that layers keep beside their weights: vocabularies, in `assets/` of a `.keras` archive.
import { Layer } from '../engine/layer.ts';
import { childrenOf } from './weight-tree.ts';

/** A layer with files of its own: name -> text. */
interface AssetOwner {
  saveAssets(): ReadonlyMap<string, string>;
  loadAssets(files: ReadonlyMap<string, string>): void;
}

const ownsAssets = (layer: Layer): layer is Layer & AssetOwner => 'saveAssets' in layer;

/** The layers that have files, with their folders: `layers/string_lookup`. */
function assetOwners(root: Layer): { readonly owner: AssetOwner; readonly folder: string }[] {
  const found: { readonly owner: AssetOwner; readonly folder: string }[] = [];
  const visited = new Set<Layer>();
  const visit = (layer: Layer, folder: string): void => {
    if (visited.has(layer)) return;
    visited.add(layer);
    if (ownsAssets(layer)) found.push({ owner: layer, folder });
    for (const { path, object } of childrenOf(layer))
      if (object instanceof Layer) visit(object, [folder, ...path].filter(Boolean).join('/'));
  };
  visit(root, '');
  return found;
}

/** The files of all layers, by path below `assets/`. */
export function collectAssets(model: Layer): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { owner, folder } of assetOwners(model)) {
    for (const [name, text] of owner.saveAssets()) files.set(`${folder}/${name}`, new TextEncoder().encode(text));
  }
  return files;
}

/** Gives each layer its files. */
export function assignAssets(model: Layer, assets: ReadonlyMap<string, Uint8Array>): void {
  if (assets.size === 0) return;
  for (const { owner, folder } of assetOwners(model)) {
    const own = [...assets].filter(([path]) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'));
    const files = new Map(own.map(([path, bytes]) => [path.slice(folder.length + 1), new TextDecoder().decode(bytes)]));
    if (files.size > 0) owner.loadAssets(files);
  }
}
