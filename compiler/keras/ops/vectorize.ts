// Functions of numbers or small tensors applied to every element of larger ones.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { broadcastShapes } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { map } from './control-flow.ts';
import { type TensorLike, toTensor } from './convert.ts';

export interface VectorizeOptions {
  /** Positions of arguments that go to the function as they are. */
  readonly excluded?: readonly number[] | null;
  /** The axes that the function works on: `'(m,n),(n)->(m)'`. By default it takes and gives numbers. */
  readonly signature?: string | null;
}

type Vectorized = (...args: readonly TensorLike[]) => Tensor | Tensor[];

/** How many of its last axes the function takes of each argument. */
function coreRanks(signature: string | null, count: number): number[] {
  if (signature === null) return new Array<number>(count).fill(0);
  const group = String.raw`\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)`;
  const list = `${group}(?:\\s*,\\s*${group})*`;
  if (!new RegExp(`^\\s*${list}\\s*->\\s*${list}\\s*$`).test(signature))
    throw new ValueError(`Not a valid signature. Received: signature=${quote(signature)}`, { code: 'arguments' });
  const inputs = (signature.split('->')[0] as string).match(/\([^)]*\)/g) as string[];
  if (inputs.length !== count)
    throw new ValueError(`The signature ${quote(signature)} describes ${inputs.length} arguments. Received: ${count}`, {
      code: 'arguments',
    });
  return inputs.map((text) => (text.match(/\w+/g) ?? []).length);
}

/** The axes before the function's own, which are looped over. */
function loopShape(x: Tensor, rank: number): readonly number[] {
  if (x.rank >= rank) return x.shape.slice(0, x.rank - rank);
  throw new ValueError(`An argument needs at least ${rank} dimensions. Received: ${formatShape(x.shape)}`, { code: 'rank' });
}

/** A function that applies `pyfunc` to each element (or each part that the signature names) of its arguments, which broadcast. */
export function vectorize(
  pyfunc: (...args: Tensor[]) => TensorLike | readonly TensorLike[],
  { excluded = null, signature = null }: VectorizeOptions = {},
): Vectorized {
  if (typeof pyfunc !== 'function')
    throw new ValueError(`Expected argument \`pyfunc\` to be a callable. Received: pyfunc=${quote(pyfunc)}`, { code: 'arguments' });
  return (...args) => {
    const isFixed = (index: number): boolean => excluded?.includes(index) ?? false;
    const tensors = args.map((arg) => toTensor(arg));
    const looped = tensors.filter((_, index) => !isFixed(index));
    const ranks = coreRanks(signature, looped.length);
    const shape = looped.map((tensor, index) => loopShape(tensor, ranks[index] as number)).reduce((a, b) => broadcastShapes(a, b), []);
    const count = shape.reduce((product, dim) => product * dim, 1);
    const elements = looped.map((tensor, index) => {
      const core = tensor.shape.slice(tensor.rank - (ranks[index] as number));
      return lax.reshape(lax.broadcastTo(tensor, [...shape, ...core]), [count, ...core]);
    });
    const results = map((parts) => {
      const waiting = [...(parts as Tensor[])];
      return pyfunc(...tensors.map((tensor, index) => (isFixed(index) ? tensor : (waiting.shift() as Tensor)))) as Tensor;
    }, elements) as Tensor | Tensor[];
    const unfold = (result: Tensor): Tensor => lax.reshape(result, [...shape, ...result.shape.slice(1)]);
    return Array.isArray(results) ? results.map(unfold) : unfold(results);
  };
}
