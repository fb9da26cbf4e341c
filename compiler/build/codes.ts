// Every way in which building, running and looking inside can be refused: the code of the error, its cause, and what to do.

export const BUILD_CODES = {
  batch: {
    cause: 'The number of samples is no whole number above 0, or two places give different ones.',
    fix: 'Give --batch N, or the same number first in every --shape.',
  },
  'batch-needed': {
    cause: 'Samples of a batch depend on each other, so that one program cannot serve every number of them.',
    fix: 'Say how many samples there are: --batch N.',
  },
  cardinality: { cause: 'Inputs have different numbers of samples.', fix: 'Give all of them the same number.' },
  'export-endpoint': {
    cause: 'An endpoint of an export is missing, named twice, or of a model that is not tracked.',
    fix: 'Track the model, and give each endpoint a name of its own.',
  },
  'host-function': {
    cause: 'A function of your own standardizes or splits text, which cannot go into a bundle.',
    fix: "Use one of Keras's own ways, or prepare the text before the model.",
  },
  'input-names': {
    cause: 'The arrays of a file do not have the names of the inputs.',
    fix: 'Name them as the message lists them; for a model with one input any name will do.',
  },
  'input-shape': { cause: 'An array or a --shape does not fit the input.', fix: 'Give all dimensions, the batch first.' },
  'inputs-unreadable': { cause: 'The file of inputs cannot be read.', fix: 'Give a .safetensors, .npz or .npy file.' },
  'no-samples': { cause: 'The arrays are empty.', fix: 'Give at least one sample.' },
  'not-built': { cause: 'A model is to be exported whose weights do not exist yet.', fix: 'Call it once, or model.build(shape).' },
  'out-dir': { cause: 'The output folder cannot be created or written.', fix: 'Name another folder, or change its permissions.' },
  'outputs-unwritable': { cause: 'The file of outputs cannot be written.', fix: 'Name another file.' },
  probe: { cause: 'Nothing is known that could be fed to an input of this type.', fix: 'Report it, with the model.' },
  'same-targets': { cause: 'A target is to be compared with itself.', fix: 'Name two: --targets reference,wasm.' },
  'stateful-model': {
    cause: 'Prediction changes variables of the model, and what was asked for keeps no state between calls.',
    fix: 'Build for browser, node or native; elsewhere give the state as an input and return it as an output.',
  },
  'strings-in-native': {
    cause: 'The model takes strings, which native bundles do not prepare.',
    fix: 'Build for browser or node, or leave the layers of text out.',
  },
  threads: { cause: 'More than one thread is asked of a target that has one.', fix: 'Leave --threads out, or use --target native.' },
  'train-not-compiled': {
    cause: 'A bundle is to be trained, and the model has no optimizer and no loss.',
    fix: 'Call model.compile(...) before it is built or saved.',
  },
  'train-strings': {
    cause: 'A model takes strings and its variables change; a bundle can have one of both.',
    fix: 'Build the layers behind the text as a model of their own.',
  },
  'train-target': { cause: 'Bundles of C++ sources cannot be trained.', fix: 'Build for browser, node or native.' },
  'train-targets': { cause: 'A target names no output of the model, or its dtype is unknown.', fix: 'Use the names in the message.' },
  'unknown-input': { cause: 'A --shape names no input of the model.', fix: 'Use one of the names in the message.' },
  'unknown-pass': { cause: 'There is no pass of this name.', fix: 'Use one of the names in the message.' },
  'unknown-target': { cause: 'There is no target of this name.', fix: 'kerasc targets lists them.' },
  'unknown-variant': { cause: 'The target has no variant of this name.', fix: 'kerasc targets lists them.' },
  'verification-failed': {
    cause: 'What was built differs from the reference by more than the tolerance. Nothing was written.',
    fix: 'kerasc compare finds the operation. If that much is as it should be, allow it with --tolerance; else report it.',
  },
  'weights-missing': { cause: 'A file of weights lacks some of the model.', fix: 'Give what save() of a bundle of this very model made.' },
  'weights-out': { cause: 'The file to write does not end in .keras.', fix: 'Name it so.' },
  'weights-type': { cause: 'A weight of the file has another shape or dtype than in the model.', fix: 'Give the file of this very model.' },
  'weights-unreadable': { cause: 'The file of weights cannot be read.', fix: 'Check the path.' },
} as const satisfies Record<string, { readonly cause: string; readonly fix: string }>;
