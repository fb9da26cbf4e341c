import { describe, expect, it } from 'vitest';
import * as tree from '../../../compiler/keras/tree/index.ts';

const nested = { b: [1, 2], a: { c: 3 } };

describe('keras.tree', () => {
  it('flattens in the order of keys, with paths or without, and packs again', () => {
    expect(tree.flatten(nested)).toEqual([3, 1, 2]);
    expect(tree.flattenWithPath(nested)[1]).toEqual([['b', 0], 1]);
    expect(tree.packSequenceAs(nested, ['x', 'y', 'z'])).toEqual({ b: ['y', 'z'], a: { c: 'x' } });
    expect(() => tree.packSequenceAs(nested, [1])).toThrow('Structure had 3 atoms, but flat_sequence had 1 items.');
  });

  it('maps structures in step', () => {
    expect(tree.mapStructure((x: number, y: number) => x + y, { a: 1, b: [2] }, { b: [20], a: 10 })).toEqual({ a: 11, b: [22] });
    expect(() => tree.mapStructure((x: number) => x, [1], [1, 2])).toThrow("don't have the same nested structure");
    expect(tree.mapStructureUpTo({ a: 0 }, (part: unknown) => JSON.stringify(part), { a: [1, 2] } as never)).toEqual({ a: '[1,2]' });
    expect(() => tree.mapStructureUpTo({ a: 0 }, (part) => part, {} as never)).toThrow('nothing stands at a');
  });

  it('compares structures and paths', () => {
    expect(() => tree.assertSameStructure({ a: [1] }, { a: [null] })).not.toThrow();
    expect(() => tree.assertSamePaths([1, 2], { 0: 1, 1: 2 })).not.toThrow();
    expect(() => tree.assertSamePaths([1, 2], [1])).toThrow('Found in `a` and not in `b`: 1');
  });

  it('takes shapes for leaves', () => {
    expect(tree.mapShapeStructure((shape) => shape.length, { x: [null, 3], y: [[2], [4, 5, 6]] })).toEqual({ x: 2, y: [1, 3] });
    expect(() => tree.mapShapeStructure(() => 0, 'x')).toThrow('Cannot map function to unknown objects x');
  });

  it('traverses from the top or from the bottom', () => {
    const count = (part: unknown): unknown => (Array.isArray(part) ? part.length : undefined);
    expect(tree.traverse(count, { a: [1, [2]], b: 3 })).toEqual({ a: 2, b: 3 });
    const seen: unknown[] = [];
    const note = (part: unknown): void => {
      seen.push(part);
    };
    tree.traverse(note, [1, [2]], { topDown: false });
    expect(seen).toEqual([1, 2, [2], [1, [2]]]);
    expect(tree.traverse((part) => (part === 1 ? tree.MAP_TO_NONE : undefined), [1, 2])).toEqual([null, 2]);
  });

  it('knows what is nested', () => {
    expect([[], {}, 1, null, new Float32Array(1)].map(tree.isNested)).toEqual([true, true, false, false, false]);
    expect(tree.listsToTuples(nested)).toBe(nested);
  });
});
