// The options --batch and --shape, which several commands share.
import { type Command, Option } from 'commander';
import type { ShapeOptions } from '../build/prepare-model.ts';
import { parseCount, parseShape } from './option-values.ts';

export interface ShapeFlags {
  readonly batch?: number;
  readonly shape?: Readonly<Record<string, readonly number[]>>;
}

export function addShapeOptions(command: Command): Command {
  return command
    .addOption(new Option('--batch <n>', 'samples that the program computes at a time (default 1)').argParser(parseCount))
    .addOption(
      new Option('--shape <name=sizes>', 'whole shape of an input whose sizes are open, e.g. image=1,224,224,3; repeatable').argParser(
        parseShape,
      ),
    );
}

export const toShapeOptions = ({ batch, shape }: ShapeFlags): ShapeOptions => ({ batch, shapes: shape });
