// Checks options of optimizers that must lie in a range.
import { quote, ValueError } from '../../errors/index.ts';

/** Throws where the value is not from `least` to `largest`. */
export function checkRange(argument: string, value: number, least: number, largest: number): void {
  if (value >= least && value <= largest) return;
  throw new ValueError(`\`${argument}\` must be a float between [${least}, ${largest}]. Received: ${argument}=${quote(value)}`, {
    code: 'optimizer-option',
  });
}
