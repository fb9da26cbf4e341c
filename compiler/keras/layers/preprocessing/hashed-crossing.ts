// Several features crossed: the bin of their combination, by a hash.

import type { HostStep } from '../../../../runtime/preprocessing/index.ts';
import { quote, ValueError } from '../../../errors/index.ts';
import { isFloat } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { HostLayer } from '../../engine/host-layer.ts';
import { type KerasDType, type KerasShape, KerasTensor } from '../../engine/keras-tensor.ts';
import type { LayerOptions, ShapeStructure } from '../../engine/layer.ts';
import { type CategoryMode, encodeCategorical } from './encode-categorical.ts';
import { crossIntegers } from './hash-integers.ts';
import { oneOf, refuseSparse } from './output-mode.ts';

export interface HashedCrossingOptions extends LayerOptions {
  /** `int` (default) or `one_hot`. */
  readonly outputMode?: string;
  readonly sparse?: boolean;
}

interface Feature {
  readonly shape: KerasShape;
  readonly dtype: KerasDType;
}

/**
 * Two or more features of shape (), (batch) or (batch, 1) -> the bin of each combination.
 *
 * @example new layers.HashedCrossing(5)([['A', 'B'], [101, 102]])
 */
export class HashedCrossing extends HostLayer {
  static override readonly positional: readonly string[] = ['numBins'];

  readonly numBins: number;
  readonly outputMode: CategoryMode;
  readonly sparse: boolean;

  constructor(numBins: number, options: HashedCrossingOptions = {}) {
    const { outputMode = 'int', sparse = false, dtype } = options;
    super({ ...options, dtype: dtype ?? (outputMode === 'int' ? 'int64' : undefined) });
    this.numBins = numBins;
    this.outputMode = oneOf(outputMode, ['int', 'one_hot'], 'HashedCrossing', 'output_mode');
    this.sparse = sparse;
  }

  override invoke(...args: readonly unknown[]): unknown {
    const [inputs] = args;
    if (!Array.isArray(inputs))
      refuse(`\`HashedCrossing\` should be called on a list or tuple of inputs. Received: inputs=${quote(inputs)}`);
    if (inputs.length < 2) refuse(`\`HashedCrossing\` should be called on at least two inputs. Received: ${inputs.length} input(s)`);
    const features = this.prepareInputs(inputs, true) as Feature[];
    checkFeatures(features);
    refuseSparse(this.sparse, `layer '${this.name}' (HashedCrossing)`);
    return super.invoke(features, ...args.slice(1));
  }

  override hostStep(): HostStep {
    return { kind: 'cross', bins: this.numBins, mode: this.outputMode, depth: this.numBins, dtype: this.computeDtype };
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return encodeCategorical(crossIntegers(inputs, this.numBins), { mode: this.outputMode, depth: this.numBins, dtype: this.computeDtype });
  }

  override computeOutputShape(inputShape: ShapeStructure): KerasShape {
    const [shape] = inputShape as readonly [KerasShape];
    if (this.outputMode === 'int') return shape;
    return [...(shape.at(-1) === 1 ? shape.slice(0, -1) : shape), this.numBins];
  }

  override computeOutputSpec(args: readonly unknown[]): KerasTensor {
    const shapes = (args[0] as readonly Feature[]).map(({ shape }) => shape);
    return new KerasTensor(this.computeOutputShape(shapes), { dtype: this.computeDtype });
  }

  override getConfig(): Record<string, unknown> {
    const { numBins, outputMode, sparse, name } = this;
    return { numBins, outputMode, sparse, name, dtype: this.dtype };
  }
}

function checkFeatures(features: readonly Feature[]): void {
  const text = features.map(({ shape, dtype }) => `${dtype}(${shape.map((dim) => dim ?? 'None').join(', ')})`).join(', ');
  const [first] = features as [Feature];
  if (first.shape.length > 2 || (first.shape.length === 2 && first.shape[1] !== 1)) {
    refuse(`All \`HashedCrossing\` inputs should have shape \`()\`, \`(batch_size)\` or \`(batch_size, 1)\`. Received: inputs=${text}`);
  }
  if (features.some(({ shape }) => shape.length !== first.shape.length || shape.some((dim, axis) => dim !== first.shape[axis]))) {
    refuse(`All \`HashedCrossing\` inputs should have equal shape. Received: inputs=${text}`);
  }
  if (features.some(({ dtype }) => dtype !== 'string' && isFloat(dtype))) {
    refuse(`All \`HashedCrossing\` inputs should have an integer or string dtype. Received: inputs=${text}`);
  }
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'hashed-crossing' });
}
