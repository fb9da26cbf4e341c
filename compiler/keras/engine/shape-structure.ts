// Shapes of several tensors at once: arrays and objects of shapes, as layers with several inputs have them.
import type { KerasShape } from './keras-tensor.ts';
import { mapStructure, type Nested } from './structure.ts';

/** A shape, or arrays and objects of shapes where a layer has several inputs. */
export type ShapeStructure = KerasShape | readonly ShapeStructure[] | { readonly [key: string]: ShapeStructure };

/** The shapes of the tensors in a structure; what is no tensor has none. */
export function shapesOf(structure: unknown): ShapeStructure {
  return mapStructure(structure as Nested<unknown>, (leaf) =>
    typeof leaf === 'object' && leaf !== null && 'shape' in leaf ? (leaf as { shape: KerasShape }).shape : null,
  ) as unknown as ShapeStructure;
}

const isShape = (value: unknown): value is KerasShape =>
  Array.isArray(value) && value.every((dim) => dim === null || typeof dim === 'number');

/** The structure with every shape in it replaced. */
export function mapShapes<T>(shapes: ShapeStructure, change: (shape: KerasShape) => T): Nested<T> {
  if (isShape(shapes)) return change(shapes);
  if (Array.isArray(shapes)) return (shapes as readonly ShapeStructure[]).map((item) => mapShapes(item, change)) as readonly Nested<T>[];
  return Object.fromEntries(Object.entries(shapes as Record<string, ShapeStructure>).map(([key, item]) => [key, mapShapes(item, change)]));
}
