// The merge layers as functions: `layers.add([a, b])` is `new layers.Add()([a, b])`.
import type { KerasTensor } from '../../engine/keras-tensor.ts';
import type { Layer, LayerOptions } from '../../engine/layer.ts';
import { Add } from './add.ts';
import { Average } from './average.ts';
import { Concatenate, type ConcatenateOptions } from './concatenate.ts';
import { Dot, type DotOptions } from './dot.ts';
import { Maximum } from './maximum.ts';
import { Minimum } from './minimum.ts';
import { Multiply } from './multiply.ts';
import { Subtract } from './subtract.ts';

type MergeFunction = (inputs: readonly KerasTensor[], options?: LayerOptions) => KerasTensor;
const functional =
  (type: new (options?: LayerOptions) => Layer): MergeFunction =>
  (inputs, options = {}) =>
    new type(options)(inputs);

/** The sum of the inputs. */
export const add: MergeFunction = functional(Add);
/** The first input minus the second. */
export const subtract: MergeFunction = functional(Subtract);
/** The product of the inputs. */
export const multiply: MergeFunction = functional(Multiply);
/** The mean of the inputs. */
export const average: MergeFunction = functional(Average);
/** The maximum of the inputs. */
export const maximum: MergeFunction = functional(Maximum);
/** The minimum of the inputs. */
export const minimum: MergeFunction = functional(Minimum);
/** The inputs joined along an axis. */
export const concatenate = (inputs: readonly KerasTensor[], options: ConcatenateOptions = {}): KerasTensor =>
  new Concatenate(options)(inputs);

export interface DotFunctionOptions extends DotOptions {
  /** Default -1. */
  readonly axes?: number | readonly number[];
}
/** The dot product of two inputs. */
export const dot = (inputs: readonly KerasTensor[], { axes = -1, ...options }: DotFunctionOptions = {}): KerasTensor =>
  new Dot(axes, options)(inputs);
