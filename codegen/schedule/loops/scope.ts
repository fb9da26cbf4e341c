// The places in a loop nest where values can be computed: one per loop or branch body, each with what is already known there.
import type { Block } from '../../kernel-ir/block.ts';
import type { Expr } from '../../kernel-ir/types.ts';
import type { Axis, StageExpr } from '../../stage/stage.ts';

/** A loop that advances by several positions at once. */
export interface VectorLoop {
  readonly axis: Axis;
  readonly lanes: number;
}

export class Scope {
  readonly block: Block;
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** Positions of the axes whose loop this is the body of. */
  readonly positions: ReadonlyMap<Axis, Expr>;
  /** The innermost vector loop around this place. */
  readonly vector: VectorLoop | undefined;
  /** Reads that are not safe elsewhere must stay inside. */
  readonly isBranch: boolean;
  readonly values = new Map<StageExpr, Expr>();
  readonly splats = new Map<string, Expr>();
  readonly indices = new Map<string, Expr>();
  readonly pointers = new Map<string, Expr>();

  constructor(
    block: Block,
    parent?: Scope,
    options: { positions?: ReadonlyMap<Axis, Expr>; vector?: VectorLoop | undefined; isBranch?: boolean } = {},
  ) {
    this.block = block;
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
    this.positions = options.positions ?? new Map();
    this.vector = options.vector ?? parent?.vector;
    this.isBranch = options.isBranch ?? false;
  }

  /** The outermost place, from here, that knows the position of every one of the axes. */
  homeOf(axes: ReadonlySet<Axis>, isUnsafe: boolean): Scope {
    let home: Scope = this;
    while (home.parent && !(home.isBranch && isUnsafe) && !home.#bindsAny(axes)) home = home.parent;
    return home;
  }

  /** The lanes of values that depend on the axes: those of the vector loop if they depend on its axis. */
  lanesOf(axes: ReadonlySet<Axis>): number {
    return this.vector && axes.has(this.vector.axis) ? this.vector.lanes : 1;
  }

  #bindsAny(axes: ReadonlySet<Axis>): boolean {
    for (const axis of this.positions.keys()) if (axes.has(axis)) return true;
    return false;
  }
}
