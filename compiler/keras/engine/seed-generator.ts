// The state of a layer's random numbers: two words, advanced by every draw.
import { quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { makeDefaultSeed } from './default-seed.ts';

/** Keras's `SeedGenerator`: a variable of two uint32, the seed and a counter. */
export class SeedGenerator {
  readonly name: string;
  readonly state: Variable;
  readonly seed: number;

  constructor(seed?: number | null, name = 'seed_generator') {
    if (seed !== undefined && seed !== null && !Number.isInteger(seed)) {
      throw new ValueError(`Argument \`seed\` must be an integer. Received: seed=${quote(seed)}`, { code: 'seed' });
    }
    this.name = name;
    this.seed = seed ?? makeDefaultSeed();
    this.state = new Variable(tensorOf('uint32', [2], new Uint32Array([this.seed, 0])), { name: 'seed_generator_state', trainable: false });
  }

  /** The seed of the next draw, a uint32 pair; the state moves on. */
  next(): Tensor {
    const seed = this.state.read();
    this.state.assign(lax.add(seed, lax.constant(tensorOf('uint32', [2], new Uint32Array([0, 1])).value)));
    return seed;
  }

  /** As `SeedGenerator.get_config`. */
  getConfig(): Record<string, unknown> {
    return { seed: this.seed };
  }
}
