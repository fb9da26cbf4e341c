// Writes a bundle's index.js and index.d.ts through ts-morph, so that what is written is known to parse.
import type { SourceFile } from 'ts-morph';
import { ARRAYS, type DType, type Manifest } from '../../runtime/manifest.ts';
import { commentText, propertyName } from './names.ts';
import { addTraining } from './training-declarations.ts';

/** An input or output of any dtype, strings among them. */
interface AnyTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
}

/** The loader: the runtime, then `load` with a URL for each file that bundlers recognize. */
export async function writeLoader(manifest: Manifest, runtime: string): Promise<string> {
  const file = await createFile('index.js');
  file.addStatements((writer) => {
    writer.write('const files = ').inlineBlock(() => {
      for (const name of ['manifest.json', ...Object.keys(manifest.files)])
        writer.writeLine(`'${name}': new URL('./${name}', import.meta.url),`);
    });
    writer.write(';');
  });
  file.addFunction({
    name: 'load',
    isExported: true,
    parameters: [{ name: 'options' }],
    statements: 'return kerasc.load(files, options);',
  });
  return `${runtime}\n${file.getFullText()}`;
}

/** Declarations with the model's own inputs and outputs. */
export async function writeDeclarations(manifest: Manifest, inputs: readonly AnyTensor[], hasStates = false): Promise<string> {
  const file = await createFile('index.d.ts');
  addTensors(file, 'Inputs', 'What the model takes.', inputs);
  addTensors(file, 'Outputs', 'What the model gives.', manifest.outputs);
  addOptions(file, manifest.target === 'native');
  addModel(file);
  if (hasStates) addTraining(file);
  file.addFunction({
    name: 'load',
    isExported: true,
    hasDeclareKeyword: true,
    returnType: 'Promise<Model>',
    parameters: [{ name: 'options', type: 'LoadOptions', hasQuestionToken: true }],
    docs: [`Loads the model ${commentText(JSON.stringify(manifest.name))}, compiled by kerasc ${commentText(manifest.compiler.version)}.`],
  });
  return file.getFullText();
}

async function createFile(name: string): Promise<SourceFile> {
  // It takes a second to load, and only builds need it.
  const { IndentationText, Project } = await import('ts-morph');
  return new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    compilerOptions: { allowJs: true },
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  }).createSourceFile(name);
}

function addTensors(file: SourceFile, name: string, doc: string, tensors: readonly AnyTensor[]): void {
  file.addInterface({
    name,
    isExported: true,
    docs: [doc],
    properties: tensors.map(({ name: tensor, dtype, shape }) => ({
      name: propertyName(tensor),
      type: dtype === 'string' ? 'readonly string[]' : ARRAYS[dtype as DType].name,
      isReadonly: true,
      docs: [`${dtype}, shape [${shape.map((size) => size ?? 'batch').join(', ')}]`],
    })),
  });
}

function addOptions(file: SourceFile, isNative: boolean): void {
  const progress = {
    name: 'onProgress',
    hasQuestionToken: true,
    type: '(progress: { readonly loaded: number; readonly total: number }) => void',
    docs: ['Hears of bytes read, of all bytes that will be.'],
  };
  const threads = { name: 'threads', hasQuestionToken: true, type: 'number', docs: ['Threads that share the work. Default 1.'] };
  const warning = {
    name: 'onWarning',
    hasQuestionToken: true,
    type: '(message: string) => void',
    docs: ['Hears why something is slower or less checked than it could be; by default the console says so.'],
  };
  const variant = {
    name: 'variant',
    hasQuestionToken: true,
    type: 'string',
    docs: [`The variant to run instead of the best that this ${isNative ? 'machine' : 'engine'} supports.`],
  };
  file.addInterface({ name: 'LoadOptions', isExported: true, properties: isNative ? [threads, variant] : [progress, warning, variant] });
  const copy = {
    name: 'copy',
    hasQuestionToken: true,
    type: 'boolean',
    docs: ['Gives arrays of your own instead of views that the next `predict` overwrites.'],
  };
  file.addInterface({ name: 'PredictOptions', isExported: true, properties: [copy] });
}

function addModel(file: SourceFile): void {
  file.addInterface({
    name: 'TensorInfo',
    isExported: true,
    properties: [
      { name: 'name', type: 'string', isReadonly: true },
      { name: 'dtype', type: 'string', isReadonly: true },
      { name: 'shape', type: 'readonly (number | null)[]', isReadonly: true, docs: ['A null is the batch, of any size.'] },
    ],
  });
  file.addInterface({
    name: 'Model',
    isExported: true,
    properties: [
      { name: 'name', type: 'string', isReadonly: true },
      { name: 'variant', type: 'string', isReadonly: true, docs: ['The program that was chosen for this engine.'] },
      { name: 'inputs', type: 'readonly TensorInfo[]', isReadonly: true },
      { name: 'outputs', type: 'readonly TensorInfo[]', isReadonly: true },
      { name: 'memoryBytes', type: 'number', isReadonly: true, docs: ['Bytes of memory that the model holds.'] },
    ],
    methods: [
      {
        name: 'predict',
        returnType: 'Outputs',
        parameters: [
          { name: 'inputs', type: 'Inputs' },
          { name: 'options', type: 'PredictOptions', hasQuestionToken: true },
        ],
        docs: ['Runs the model. The outputs are views that the next call overwrites, unless `copy` is set.'],
      },
      { name: 'dispose', returnType: 'void', docs: ['Lets go of the memory.'] },
      { name: '[Symbol.dispose]', returnType: 'void' },
    ],
  });
}
