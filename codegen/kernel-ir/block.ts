// A list of statements under construction, with fresh names: how expressions that are used more than once become locals.
import { assign, declare, local, loop } from './build.ts';
import type { Expr, LoopAxis, Statement } from './types.ts';

/** Names that are unique in one function. */
export class Names {
  readonly #counts = new Map<string, number>();

  /** The hint itself where it is free, else with a number. */
  fresh(hint: string): string {
    const count = this.#counts.get(hint) ?? 0;
    this.#counts.set(hint, count + 1);
    const name = count === 0 ? hint : `${hint}_${count}`;
    return count === 0 || !this.#counts.has(name) ? name : this.fresh(hint);
  }
}

export class Block {
  readonly names: Names;
  readonly statements: Statement[] = [];

  constructor(names: Names = new Names()) {
    this.names = names;
  }

  push(...statements: Statement[]): void {
    this.statements.push(...statements);
  }

  /** A local that holds the value; constants and locals stand for themselves. */
  bind(value: Expr, hint = 't'): Expr {
    return value.kind === 'constant' || value.kind === 'local' ? value : this.variable(value, hint);
  }

  /** A local of its own that later statements may assign to. */
  variable(initial: Expr, hint: string): Expr {
    const name = this.names.fresh(hint);
    this.push(declare(name, initial));
    return local(name, initial.type);
  }

  assign(target: Expr, value: Expr): void {
    if (target.kind !== 'local') throw new Error('kerasc bug: only locals can be assigned');
    this.push(assign(target.name, value));
  }

  /** A block inside of this one, sharing its names. */
  child(): Block {
    return new Block(this.names);
  }

  /** Adds `if`; the blocks are filled by the callbacks. */
  when(condition: Expr, fillThen: (block: Block) => void, fillOtherwise: (block: Block) => void = () => {}): void {
    const then = this.child();
    const otherwise = this.child();
    fillThen(then);
    fillOtherwise(otherwise);
    this.push({ kind: 'if', condition, then: then.statements, otherwise: otherwise.statements });
  }

  whileLoop(condition: Expr, fill: (block: Block) => void): void {
    const body = this.child();
    fill(body);
    this.push({ kind: 'while', condition, body: body.statements });
  }

  loop(
    hint: string,
    from: number | Expr,
    to: number | Expr,
    fill: (block: Block, position: Expr) => void,
    step = 1,
    axis: LoopAxis = 'serial',
  ): void {
    const name = this.names.fresh(hint);
    const body = this.child();
    fill(body, local(name, { scalar: 'index', lanes: 1 }));
    this.push(loop(name, from, to, body.statements, step, axis));
  }
}
