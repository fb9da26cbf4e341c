// What a build tells about its result.

import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { BundleFiles } from '../../targets/bundle/index.ts';
import type { PackagedModel, VerificationRecord } from './packaging.ts';
import type { PhaseTime } from './phases.ts';
import type { TensorDescription } from './prepare-model.ts';
import type { BuildTarget } from './targets.ts';

export interface Bytes {
  readonly raw: number;
  /** After brotli, as servers send it. */
  readonly brotli: number;
}

export interface BuildReport {
  readonly model: string;
  readonly target: BuildTarget;
  readonly outDir: string;
  readonly files: readonly string[];
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /** Samples a run where the batch may be of any size; null where every shape is fixed. */
  readonly batch: number | null;
  /** Best first. */
  readonly variants: readonly string[];
  readonly verifiedVariants: readonly string[];
  readonly verification: VerificationRecord | null;
  /** The largest of all outputs' differences to the reference; null where nothing could be run here. */
  readonly largestDifference: number | null;
  /** All that has to be loaded to run the first variant, without weights. */
  readonly code: Bytes;
  readonly weights: Bytes;
  readonly peakMemoryBytes: number;
  readonly phases: readonly PhaseTime[];
  readonly milliseconds: number;
  readonly warnings: readonly string[];
}

export async function measureSizes({
  files,
  codeFiles,
  weightFiles,
}: PackagedModel): Promise<{ readonly code: Bytes; readonly weights: Bytes }> {
  const [code, weights] = await Promise.all([sizeOf(files, codeFiles), sizeOf(files, weightFiles)]);
  return { code, weights };
}

export function largestOf(verification: VerificationRecord | undefined): number | null {
  return verification ? Math.max(0, ...verification.outputs.map((output) => output.largestDifference)) : null;
}

const compress = promisify(brotliCompress);

/** Large files are weights, which hardly become smaller however long one tries. */
const LARGE_BYTES = 1 << 20;

async function sizeOf(files: BundleFiles, names: readonly string[]): Promise<Bytes> {
  const sizes = await Promise.all(
    names.map(async (name): Promise<Bytes> => {
      const bytes = Buffer.from(files.get(name) ?? '');
      const quality = bytes.length > LARGE_BYTES ? 4 : constants.BROTLI_MAX_QUALITY;
      const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      return { raw: bytes.length, brotli: (await compress(bytes, { params })).length };
    }),
  );
  return sizes.reduce((sum, { raw, brotli }) => ({ raw: sum.raw + raw, brotli: sum.brotli + brotli }), { raw: 0, brotli: 0 });
}
