// A bundle for Node, Deno and Bun: an ES module that reads the files beside it.
import { bundleFiles } from '../bundle/bundle-files.ts';
import type { BundleContents, BundleFiles } from '../bundle/manifest.ts';

/** The files of the folder to import from or to publish. */
export const nodeBundle = (contents: BundleContents): Promise<BundleFiles> => bundleFiles(contents, 'node');
