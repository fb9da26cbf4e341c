// How a driver hands the operands of its epilogue to its tiles.
import type { Axis } from '../../stage/stage.ts';
import type { Packing, ScheduledArgument } from '../scheduled.ts';
import { type Access, strideOf } from './access.ts';

/** A weight with one value per column (a bias): it is copied with zeros after it, so that tiles can load whole vectors. */
export const isWeightVector = (access: Access, column: Axis): boolean =>
  access.buffer.kind === 'weight' && access.strides.size === 1 && access.strides.has(column);

/** The argument for an operand; `elements` is the number of columns in whole vectors. */
export function epilogueArgument(access: Access, column: Axis, elements: number): ScheduledArgument {
  if (!isWeightVector(access, column)) return { kind: 'buffer', buffer: access.buffer.id };
  return { kind: 'packed', buffer: access.buffer.id, packing: padColumns(access, column, elements) };
}

/** Where an operand starts in the memory of its argument. */
export const epilogueStart = (access: Access, column: Axis): number => (isWeightVector(access, column) ? 0 : access.offset);

function padColumns(access: Access, column: Axis, elements: number): Packing {
  const stride = strideOf(access, column);
  return {
    key: `columns:${elements}:${access.offset}:${stride}`,
    elements,
    pack: (values) =>
      Float32Array.from({ length: elements }, (_, position) =>
        position < column.extent ? (values[access.offset + position * stride] as number) : 0,
      ),
  };
}
