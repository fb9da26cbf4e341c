// What the cases of one group share: where the data is, its tensors, Keras's signatures.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDecode, type Decode } from './decode.ts';
import { readSafetensors } from './read-safetensors.ts';
import { readSignatures, type Signatures } from './signatures.ts';

export interface GroupContext {
  /** The folder that holds the groups. */
  readonly folder: string;
  readonly decode: Decode;
  /** Of `keras.ops`, `keras.activations`, ... */
  readonly signatures: (module: string) => Signatures;
}

const signatureCache = new Map<string, Signatures>();

export function createContext(folder: string, group: string): GroupContext {
  const path = join(folder, group, 'tensors.safetensors');
  return {
    folder,
    decode: createDecode(existsSync(path) ? readSafetensors(path) : new Map()),
    signatures: (module) => {
      const known = signatureCache.get(module) ?? readSignatures(folder, module);
      signatureCache.set(module, known);
      return known;
    },
  };
}
