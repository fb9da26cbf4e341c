// Files that are no Keras models and that people give all the same: named, so that the message helps.

export interface ForeignFormat {
  readonly name: string;
  readonly cure: string;
}

const KERAS_CURE = 'Give the Keras model (.keras or .h5) that it was made from.';

/** What the file is, where its first bytes tell. */
export function nameForeignFormat(bytes: Uint8Array): ForeignFormat | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (text(4, 8) === 'TFL3') return { name: 'a TensorFlow Lite model', cure: KERAS_CURE };
  if (bytes[0] === 0x08 && bytes[1] !== undefined && bytes[1] < 16 && bytes[2] === 0x12) return { name: 'an ONNX model', cure: KERAS_CURE };
  if (bytes[0] === 0x80 && bytes[1] !== undefined && bytes[1] >= 2 && bytes[1] <= 5) {
    return { name: 'a pickle, a program that Python would run', cure: 'Save the model with model.save("model.keras").' };
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { name: 'gzip-compressed', cure: 'Unpack it first.' };
  if (text(0, 6) === '\x93NUMPY') return { name: 'a NumPy array', cure: 'Arrays are inputs, not models.' };
  if (text(8, 9) === '{' && bytes[6] === 0 && bytes[7] === 0) {
    return { name: 'a safetensors file', cure: 'It holds weights alone: build the model in code and load them into it.' };
  }
  return undefined;
}
