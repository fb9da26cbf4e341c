// What the `seed` of a random function stands for: a pair of uint32 that the numbers are a function of.
import { quote, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { seedDefaultSeeds } from '../engine/default-seed.ts';
import { SeedGenerator } from '../engine/seed-generator.ts';

/** An integer gives the same numbers each time, a generator the next ones; without a seed a global generator is used. */
export type SeedLike = number | SeedGenerator | null | undefined;

let globalGenerator: SeedGenerator | undefined;

/** The seed of one draw. */
export function drawSeed(seed: SeedLike): Tensor {
  if (seed instanceof SeedGenerator) return seed.next();
  if (typeof seed === 'number' && Number.isInteger(seed)) return tensorOf('uint32', [2], Uint32Array.of(seed, 0));
  if (seed === null || seed === undefined) {
    globalGenerator ??= new SeedGenerator(null, 'global_seed_generator');
    return globalGenerator.next();
  }
  throw new ValueError(`Argument \`seed\` must be either an integer or an instance of \`SeedGenerator\`. Received: seed=${quote(seed)}`, {
    code: 'seed',
  });
}

/** Makes everything random repeatable: seeds that are drawn by chance, those of initializers, layers and shuffles among them. */
export function setRandomSeed(seed: number): void {
  if (!Number.isInteger(seed)) {
    throw new ValueError(`Expected \`seed\` argument to be an integer. Received: seed=${quote(seed)}`, { code: 'seed' });
  }
  seedDefaultSeeds(seed);
  globalGenerator = undefined;
}

/** Several independent seeds out of one. */
export function splitSeed(seed: Tensor, count: number): Tensor[] {
  const bits = lax.random_bits(seed, [count, 2]);
  return Array.from({ length: count }, (_, index) => lax.reshape(lax.slice(bits, [index, 0], [index + 1, 2]), [2]));
}
