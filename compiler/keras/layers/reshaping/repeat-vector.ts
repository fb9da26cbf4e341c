// A vector as every step of a sequence.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

/** (batch, features) -> (batch, n, features). */
export class RepeatVector extends Layer {
  static override readonly positional: readonly string[] = ['n'];

  readonly n: number;

  constructor(n: number, options: LayerOptions = {}) {
    super(options);
    if (!Number.isInteger(n)) throw new TypeError(`Expected an integer value for \`n\`, got ${quote(n)}.`);
    if (n <= 0) throw new ValueError(`Argument \`n\` should be a positive integer. Received: n=${n}`, { code: 'arguments' });
    this.n = n;
    this.inputSpec = { ndim: 2 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(ops.expandDims(inputs, 1), this.n, { axis: 1 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), n: this.n };
  }
}
