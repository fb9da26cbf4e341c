// The error of native builds: no compiler, a folder that cannot be written, a library that does not load.

export type NativeErrorCode = 'no-compiler' | 'compiler-failed' | 'cache-folder' | 'addon' | 'library';

/** Says what failed and what to do about it. WebAssembly needs none of this and stays usable. */
export class NativeError extends Error {
  override readonly name = 'NativeError';
  readonly code: NativeErrorCode;

  constructor(code: NativeErrorCode, message: string, cure: string, cause?: unknown) {
    super(`${message}\n  ${cure}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
