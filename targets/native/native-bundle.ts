// A bundle for this machine: the library, the addon that opens it, and the same module around them as for WebAssembly.
import { bundleFiles } from '../bundle/bundle-files.ts';
import type { BundleContents, BundleFiles } from '../bundle/manifest.ts';

/** What the manifest's first feature says: machine code runs on this platform and processor alone. */
export const hostPlatform = (): string => `${process.platform}-${process.arch}`;

export const ADDON_FILE = 'kerasc_addon.node';

/** The files of the folder to import from. All variants of `contents` lie in one library. */
export const nativeBundle = (contents: BundleContents, addon: Uint8Array): Promise<BundleFiles> =>
  bundleFiles({ ...contents, otherFiles: new Map([...(contents.otherFiles ?? []), [ADDON_FILE, addon]]) }, 'native');
