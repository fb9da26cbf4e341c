// What can go wrong when a bundle is written, said to the one who asked for it.

export type BundleErrorCode = 'directory-not-empty' | 'not-a-directory' | 'not-writable' | 'no-space' | 'bad-bundle' | 'runtime-missing';

export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleErrorCode;
  constructor(code: BundleErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
