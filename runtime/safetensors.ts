// Finds the data of a safetensors file: 8 bytes length, a JSON header, then the tensors' bytes.
import { fail } from './fail.ts';

/** A view of the data section; throws unless it has exactly `bytes` bytes and every tensor lies in it. */
export function dataSection(file: Uint8Array, bytes: number, name: string): Uint8Array {
  const damaged = (what: string): never => fail(`${name} is damaged: ${what}. Copy the whole bundle again.`);
  const start = file.length < 8 ? 0 : 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (!start || start > file.length) damaged('its header is cut off');
  const data = file.subarray(start);
  if (data.length !== bytes) damaged(`it holds ${data.length} bytes of weights and the program needs ${bytes}`);
  let tensors: object;
  try {
    const { __metadata__: _, ...rest } = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
    tensors = rest;
  } catch {
    return damaged('its header is not JSON');
  }
  for (const tensor of Object.values(tensors)) {
    const [from, to] = tensor?.data_offsets ?? [];
    if (!(from >= 0 && to >= from && to <= bytes)) damaged('a tensor lies outside of it');
  }
  return data;
}
