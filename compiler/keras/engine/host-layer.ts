// The base of layers that take strings: those run on the host, before the compiled program.

import { type HostArray, type HostStep, runStep } from '../../../runtime/preprocessing/index.ts';
import { ValueError } from '../../errors/index.ts';
import type { DataArray, DType } from '../../ir/dtype.ts';
import { Tensor, tensorOf } from '../../trace/tensor.ts';
import { explainCallErrors } from './call-error.ts';
import { isKerasTensor } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { isStringLike, StringTensor, toStringTensor } from './string-tensor.ts';
import { flatten, type Nested, someLeaf } from './structure.ts';
import { type TensorLike, toTensor } from './tensor-like.ts';

/**
 * A layer that may take strings. `hostStep` says as data what it does to them, so that a bundle can do the same; `call` is for
 * numbers, in `ops.*` as everywhere.
 */
export abstract class HostLayer extends Layer {
  override convertsInputs = false;
  /** There are no weights to create. */
  override built = true;

  /** What the layer does to strings. */
  abstract hostStep(): HostStep;

  /** Whether the layer takes strings alone, or gives some: then numbers go through `hostStep` too. */
  get isHostOnly(): boolean {
    return false;
  }

  override invoke(...args: readonly unknown[]): unknown {
    const inputs = this.prepareInputs(args[0], false);
    const isSymbolic = someLeaf(inputs, isKerasTensor);
    if (isSymbolic || !(this.isHostOnly || someLeaf(inputs, isString))) return super.invoke(inputs, ...args.slice(1));
    const arrays = flatten(inputs as Nested<Tensor | StringTensor>).map(hostArray);
    const run = (): HostArray => this.runOnHost(arrays);
    return explainCallErrors(this.className, [inputs], () => fromHost(valueErrors(run)));
  }

  /** Strings as StringTensors and numbers as tensors; `isList` where the layer takes several inputs. */
  protected prepareInputs(value: unknown, isList: boolean): unknown {
    if (isList && Array.isArray(value)) return value.map(convertInput);
    return isListOfTensors(value) ? value.map(convertInput) : convertInput(value);
  }

  protected runOnHost(arrays: readonly HostArray[]): HostArray {
    return runStep(this.hostStep(), arrays);
  }

  override getBuildConfig(): Record<string, unknown> {
    return {};
  }
}

const isString = (value: unknown): boolean => value instanceof StringTensor;

function convertInput(value: unknown): unknown {
  if (value instanceof Tensor || isKerasTensor(value) || value === null || value === undefined) return value;
  if (isStringLike(value)) return toStringTensor(value);
  return isWholeNumbers(value) ? toTensor(value as TensorLike, 'int64') : toTensor(value as TensorLike);
}

/** Numbers in arrays are integers if they are whole: hashes and lookups are of integers. */
const isWholeNumbers = (value: unknown): boolean => (Array.isArray(value) ? value.every(isWholeNumbers) : Number.isInteger(value));

const isListOfTensors = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null && 'shape' in item);

function hostArray(value: Tensor | StringTensor): HostArray {
  return value instanceof StringTensor ? value : (value.value as HostArray);
}

function fromHost(array: HostArray): Tensor | StringTensor {
  if (array.dtype === 'string') return new StringTensor(array.shape, array.data as readonly string[]);
  return tensorOf(array.dtype as DType, array.shape, array.data as DataArray);
}

/** What the runtime says of bad input, in Keras's class. */
function valueErrors<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof RangeError ? new ValueError(cause.message, { code: 'host-layer', cause }) : cause;
  }
}
