// A penalty on rows or columns of a matrix that are not orthogonal.
import { formatShape, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { checkFactor } from './norms.ts';
import { Regularizer } from './regularizer.ts';

export interface OrthogonalRegularizerOptions {
  readonly factor?: number;
  readonly mode?: 'rows' | 'columns';
}

// As Keras's `normalize`: keeps a zero vector at zero.
const LEAST_SQUARE = 1e-12;

/** `factor * sum |v_i . v_j| over pairs / number of pairs`, of the normalized rows or columns. */
export class OrthogonalRegularizer extends Regularizer {
  readonly factor: number;
  readonly mode: 'rows' | 'columns';

  constructor({ factor = 0.01, mode = 'rows' }: OrthogonalRegularizerOptions = {}) {
    super();
    if (mode !== 'rows' && mode !== 'columns') {
      throw new ValueError(`Invalid value for argument \`mode\`. Expected one of {"rows", "columns"}. Received: mode=${String(mode)}`, {
        code: 'regularizer',
      });
    }
    this.factor = Math.fround(checkFactor(factor, 'factor'));
    this.mode = mode;
  }

  override invoke(weight: Tensor): Tensor {
    if (weight.rank !== 2) {
      throw new ValueError(`Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=${formatShape(weight.shape)}`, {
        code: 'regularizer',
      });
    }
    const vectors = this.mode === 'rows' ? weight : lax.transpose(weight, [1, 0]);
    const size = vectors.shape[0] as number;
    const squares = lax.reduce('sum', lax.multiply(vectors, vectors), [1]);
    const norms = lax.sqrt(lax.maximum(squares, lax.full([size], LEAST_SQUARE, weight.dtype)));
    const unit = lax.divide(vectors, lax.broadcast(norms, vectors.shape, [0]));
    const products = lax.abs(lax.dot_general(unit, unit, { lhsContracting: [1], rhsContracting: [1], lhsBatch: [], rhsBatch: [] }));
    const rows = lax.iota('int32', [size, size], 0);
    const columns = lax.iota('int32', [size, size], 1);
    const others = lax.select(lax.compare('equal', rows, columns), lax.full([size, size], 0, weight.dtype), products);
    const pairs = (size * (size - 1)) / 2;
    return lax.multiply(lax.scalar((this.factor * 0.5) / pairs, weight.dtype), lax.reduce('sum', others, [0, 1]));
  }

  override getConfig(): Record<string, unknown> {
    return { factor: this.factor, mode: this.mode };
  }
}
