// What a layer expects of its inputs, and the check with Keras's messages.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { KerasShape } from './keras-tensor.ts';
import { flatten, isPlainObject, type Nested } from './structure.ts';

export interface InputSpec {
  readonly dtype?: DType | undefined;
  readonly shape?: KerasShape | undefined;
  readonly ndim?: number | undefined;
  readonly minNdim?: number | undefined;
  readonly maxNdim?: number | undefined;
  /** Axis -> size; negative axes count from the end. */
  readonly axes?: Readonly<Record<number, number | null>> | undefined;
  readonly allowLastAxisSqueeze?: boolean | undefined;
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

interface Shaped {
  readonly shape: KerasShape;
  readonly dtype: DType;
}

const isShaped = (value: unknown): value is Shaped => typeof value === 'object' && value !== null && 'shape' in value;
const fail = (message: string): never => {
  throw new ValueError(message, { code: 'input-spec' });
};

/** Throws Keras's ValueError if the inputs of the layer are not as it expects. */
export function assertInputCompatibility(specs: readonly (InputSpec | undefined)[], inputs: unknown, layerName: string): void {
  const list = listInputs(specs, inputs);
  if (list.length !== specs.length) failCount(specs, list, layerName);
  list.forEach((input, index) => {
    const spec = specs[index];
    if (!spec || (spec.optional && (input === null || input === undefined))) return;
    if (!isShaped(input)) fail(`Inputs to a layer should be tensors. Got '${describe(input)}' as input for layer '${layerName}'.`);
    else
      checkInput(spec, input, `Input ${index} with name '${spec.name ?? 'None'}' of layer '${layerName}' is incompatible with the layer: `);
  });
}

const describe = (value: unknown): string => (typeof value === 'function' && 'name' in value ? String(value.name) : String(value));

/** The inputs in the order of the specs: a dictionary is read by the names of the specs where all have one. */
function listInputs(specs: readonly (InputSpec | undefined)[], inputs: unknown): unknown[] {
  const names = specs.map((spec) => spec?.name);
  if (!isPlainObject(inputs) || !names.every((name) => name !== undefined)) return flatten(inputs as Nested<unknown>);
  const missing = names.find((name) => !(name in inputs));
  if (missing !== undefined) {
    fail(
      `Missing data for input "${missing}". You passed a data dictionary with keys ${formatNames(Object.keys(inputs))}. ` +
        `Expected the following keys: ${formatNames(names)}`,
    );
  }
  return flatten(names.map((name) => inputs[name]) as Nested<unknown>);
}

export const formatNames = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;

function failCount(specs: readonly (InputSpec | undefined)[], inputs: readonly unknown[], layerName: string): never {
  const names = specs.map((spec) => spec?.name);
  if (names.every((name) => name !== undefined)) {
    return fail(
      `Layer "${layerName}" expects ${specs.length} named input(s) with keys ${formatNames(names)}, but it received ${inputs.length} input tensors. ` +
        `Pass inputs as a dict, e.g. \`layer({${names.map((name) => `'${name}': ...`).join(', ')}})\`.`,
    );
  }
  const shapes = inputs.map((input) => (isShaped(input) ? formatShape(input.shape) : describe(input))).join(', ');
  return fail(
    `Layer "${layerName}" expects ${specs.length} input(s), but it received ${inputs.length} input tensors. Inputs received: [${shapes}]`,
  );
}

function checkInput(spec: InputSpec, input: Shaped, prefix: string): void {
  const { shape } = input;
  const received = `Full shape received: ${formatShape(shape)}`;
  const ndim = spec.ndim ?? spec.shape?.length;
  if (ndim !== undefined && !spec.allowLastAxisSqueeze && shape.length !== ndim) {
    fail(`${prefix}expected ndim=${ndim}, found ndim=${shape.length}. ${received}`);
  }
  if (spec.maxNdim !== undefined && shape.length > spec.maxNdim) {
    fail(`${prefix}expected max_ndim=${spec.maxNdim}, found ndim=${shape.length}`);
  }
  if (spec.minNdim !== undefined && shape.length < spec.minNdim) {
    fail(`${prefix}expected min_ndim=${spec.minNdim}, found ndim=${shape.length}. ${received}`);
  }
  if (spec.dtype !== undefined && input.dtype !== spec.dtype) {
    fail(`${prefix}expected dtype=${spec.dtype}, found dtype=${input.dtype}`);
  }
  for (const [axis, size] of Object.entries(spec.axes ?? {})) {
    const dim = shape.at(Number(axis));
    if (size !== null && dim !== size && dim !== null) {
      fail(`${prefix}expected axis ${axis} of input shape to have value ${size}, but received input with shape ${formatShape(shape)}`);
    }
  }
  if (spec.shape) checkShape(spec, spec.shape, shape, prefix);
}

function checkShape(spec: InputSpec, expected: KerasShape, found: KerasShape, prefix: string): void {
  const squeeze = (shape: KerasShape): KerasShape => (spec.allowLastAxisSqueeze && shape.at(-1) === 1 ? shape.slice(0, -1) : shape);
  const [left, right] = [squeeze(expected), squeeze(found)];
  const differs = left.some((dim, axis) => {
    const other = right[axis];
    return dim !== null && other !== null && other !== undefined && dim !== other;
  });
  if (differs) fail(`${prefix}expected shape=${formatShape(expected)}, found shape=${formatShape(right)}`);
}
