// Every way in which a file can be refused: the code of the error, its cause, and what to do.

export const FORMAT_CODES = {
  'file-missing': {
    cause: 'There is no file or folder at the path.',
    fix: 'Check the path. A folder must hold model.json (TensorFlow.js) or config.json (Keras).',
  },
  'file-empty': {
    cause: 'The file has no bytes.',
    fix: 'Fetch or save the model again; an interrupted download leaves such files.',
  },
  'file-too-large': {
    cause: 'The file, or a part of it, is larger than is read into memory at once.',
    fix: 'Save the model without its optimizer, or in float16.',
  },
  'file-unknown': {
    cause: 'The content is of no format that is read here.',
    fix: 'Give a .keras, .h5 or .weights.h5 file, a TensorFlow.js model.json, or the JSON of model.to_json().',
  },
  'file-truncated': {
    cause: 'The file ends before what it announces.',
    fix: 'Fetch or save the model again; the file is incomplete.',
  },
  'file-corrupt': {
    cause: 'The bytes contradict themselves: a checksum, an offset or a structure is wrong.',
    fix: 'Fetch or save the model again; if it stays so, open it in the program that wrote it and save it anew.',
  },
  'file-bomb': {
    cause: 'The file declares far more data than its size can stand for.',
    fix: 'Do not use this file. If you made it yourself, save it without compression.',
  },
  'hostile-name': {
    cause: 'A name in the file would lead outside of it, or cannot be told from another one.',
    fix: 'Do not use this file unless you know who made it; save the model anew with ordinary names.',
  },
  'hostile-link': {
    cause: 'A part of an HDF5 file points elsewhere: a soft or external link, or a virtual dataset.',
    fix: 'Do not use this file unless you know who made it; copy it with h5repack so that the data lie inside.',
  },
  'entry-missing': {
    cause: 'A part that the format requires is not there.',
    fix: 'Save the model again with model.save(...), or fetch all of its files.',
  },
  'json-invalid': {
    cause: 'Text that must be JSON is not.',
    fix: 'Fetch or save the model again; do not edit its JSON by hand.',
  },
  'value-wrong': {
    cause: 'A field has a type or a value that it cannot have.',
    fix: 'Fetch or save the model again, or report it if the program that wrote it is in common use.',
  },
  'dtype-unknown': {
    cause: 'Numbers of a kind that tensors do not have here.',
    fix: 'Save the weights as float32, float16, bfloat16, an integer type or bool.',
  },
  'size-mismatch': {
    cause: 'The shape that a tensor declares does not go with its bytes.',
    fix: 'Fetch or save the model again; its parts are of different versions.',
  },
  'not-supported': {
    cause: 'The file is sound and of a kind that is not read here.',
    fix: 'Save the model as .keras and use that.',
  },
} as const satisfies Record<string, { readonly cause: string; readonly fix: string }>;

export type FormatCode = keyof typeof FORMAT_CODES;
