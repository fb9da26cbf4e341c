// What is used of the package pngjs, which has no types of its own.
declare module 'pngjs' {
  export class PNG {
    static readonly sync: { read(file: Uint8Array): PNG; write(picture: PNG): Uint8Array };
    constructor(size: { readonly width: number; readonly height: number });
    readonly width: number;
    readonly height: number;
    /** Red, green, blue and opacity of each pixel, row after row. */
    readonly data: Uint8Array;
  }
}
