// Names the layer in errors that its `call` throws, once, as Keras does.
import { formatShape } from '../../errors/index.ts';
import { someLeaf } from './structure.ts';

const PREFIX = 'Exception encountered when calling ';

/** Runs `call` and, should it throw, says in which layer and on which arguments. */
export function explainCallErrors<T>(className: string, args: readonly unknown[], call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith(PREFIX)) throw error;
    const shapes = shapesOf(args);
    error.message = `${PREFIX}${className}.call().\n\n${error.message}\n\nArguments received by ${className}.call():\n  ${shapes}`;
    throw error;
  }
}

function shapesOf(args: readonly unknown[]): string {
  const shapes: string[] = [];
  someLeaf(args, (leaf) => {
    if (typeof leaf === 'object' && leaf !== null && 'shape' in leaf && 'dtype' in leaf) {
      shapes.push(`Tensor(shape=${formatShape(leaf.shape as readonly (number | null)[])}, dtype=${String(leaf.dtype)})`);
    }
    return false;
  });
  return `inputs: ${shapes.join(', ')}`;
}
