// The part of the package crc-32 that has no types of its own.
declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** The checksum of bytes, as a signed integer. */
    buf(data: Uint8Array): number;
  };
  // biome-ignore lint/style/noDefaultExport: it is how the package exports
  export default crc32c;
}
