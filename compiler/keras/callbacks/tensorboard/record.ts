// TFRecord: how event files hold their messages, each with its length and two checksums.
import crc32c from 'crc-32/crc32c.js';

/** One record: length (uint64), its checksum, the data, its checksum, all little-endian. */
export function toRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/** CRC-32C, turned and shifted, so that the checksum of data that holds checksums is of use. */
function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c.buf(data) >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
