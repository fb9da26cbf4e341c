// Index expressions and addresses as Kernel IR, each part computed in the outermost loop that knows it.
import { add, advance, binary, convert, index, scale } from '../../kernel-ir/build.ts';
import type { Expr } from '../../kernel-ir/types.ts';
import { type IndexAtom, indexKey, rangeOf, termsOf } from '../../stage/index-arithmetic.ts';
import type { IndexExpr, StageExpr } from '../../stage/stage.ts';
import type { Dependences } from './dependences.ts';
import type { Scope } from './scope.ts';

type Term = { readonly atom: IndexAtom; readonly factor: number };

export class IndexEmitter {
  readonly #dependences: Dependences;
  readonly #scalarValue: (expr: StageExpr, scope: Scope) => Expr;

  constructor(dependences: Dependences, scalarValue: (expr: StageExpr, scope: Scope) => Expr) {
    this.#dependences = dependences;
    this.#scalarValue = scalarValue;
  }

  /** The index's value; along a vector loop, that of its first lane. */
  value(indexExpr: IndexExpr, scope: Scope): Expr {
    const { constant, terms } = termsOf(indexExpr);
    let key = 'i';
    let sum: Expr | undefined;
    for (const [home, group] of this.#groups(terms, scope)) {
      key += groupKey(group);
      const known = home.indices.get(key);
      const total = known ?? home.block.bind(this.#sum(group, home, sum), 'at');
      home.indices.set(key, total);
      sum = total;
    }
    return sum ? add(sum, index(constant)) : index(constant);
  }

  /** A pointer and a constant offset from it; the pointer moves with the loops. */
  address(base: Expr, offset: IndexExpr, scope: Scope): { readonly pointer: Expr; readonly offset: number } {
    const { constant, terms } = termsOf(offset);
    let pointer = base;
    let key = base.kind === 'local' ? base.name : '';
    // WebAssembly's constant offsets are not negative, and are added to an address that must not be below 0 by itself.
    const isFolded = constant < 0 || (constant > 0 && rangeOf(offset).low < constant);
    if (isFolded) {
      key += `${constant}`;
      pointer = this.#keptPointer(rootOf(scope), key, () => advance(base, index(constant)));
    }
    for (const [home, group] of this.#groups(terms, scope)) {
      key += groupKey(group);
      const before = pointer;
      pointer = this.#keptPointer(home, key, () => advance(before, this.#sum(group, home, undefined)));
    }
    return { pointer, offset: isFolded ? 0 : constant };
  }

  #keptPointer(home: Scope, key: string, make: () => Expr): Expr {
    const pointer = home.pointers.get(key) ?? home.block.bind(make(), 'p');
    home.pointers.set(key, pointer);
    return pointer;
  }

  /** Terms by the place where they are known, outermost first. */
  #groups(terms: readonly Term[], scope: Scope): [Scope, Term[]][] {
    const groups = new Map<Scope, Term[]>();
    for (const term of terms) {
      const home = scope.homeOf(this.#dependences.freeAxesOfIndex(term.atom), this.#dependences.isUnsafeIndex(term.atom));
      groups.set(home, [...(groups.get(home) ?? []), term]);
    }
    return [...groups].sort(([a], [b]) => a.depth - b.depth);
  }

  #sum(terms: readonly Term[], scope: Scope, start: Expr | undefined): Expr {
    const scaled = terms.map(({ atom, factor }) => scale(this.#atom(atom, scope), factor));
    return [...(start ? [start] : []), ...scaled].reduce(add);
  }

  #atom(atom: IndexAtom, scope: Scope): Expr {
    if (atom.kind === 'axis') {
      for (let place: Scope | undefined = scope; place; place = place.parent) {
        const position = place.positions.get(atom.axis);
        if (position) return position;
      }
      throw new Error(`kerasc bug: no loop over axis ${atom.axis.name} is open`);
    }
    const key = indexKey(atom);
    const result = scope.indices.get(key) ?? scope.block.bind(this.#compute(atom, scope), 'at');
    scope.indices.set(key, result);
    return result;
  }

  #compute(atom: Exclude<IndexAtom, { kind: 'axis' }>, scope: Scope): Expr {
    switch (atom.kind) {
      case 'divide': {
        const { shifted, multiples } = this.#nonNegative(atom.value, atom.divisor, scope);
        return add(binary('div', shifted, index(atom.divisor)), index(-multiples));
      }
      case 'remainder':
        return binary('rem', this.#nonNegative(atom.value, atom.divisor, scope).shifted, index(atom.divisor));
      case 'clamp': {
        const { low, high } = rangeOf(atom.value);
        const value = this.value(atom.value, scope);
        const below = high < atom.extent ? value : binary('min', value, index(atom.extent - 1));
        return low >= 0 ? below : binary('max', below, index(0));
      }
      case 'value':
        return convert(this.#scalarValue(atom.expr, scope), 'index');
      default:
        return atom satisfies never;
    }
  }

  /** Machines divide toward zero: the value plus as many divisors as make it non-negative. */
  #nonNegative(value: IndexExpr, divisor: number, scope: Scope): { shifted: Expr; multiples: number } {
    const { low } = rangeOf(value);
    if (!Number.isFinite(low)) throw new Error('kerasc bug: an index from data is divided without a bound');
    const multiples = low < 0 ? Math.ceil(-low / divisor) : 0;
    return { shifted: add(this.value(value, scope), index(multiples * divisor)), multiples };
  }
}

const groupKey = (group: readonly Term[]): string => `|${group.map(({ atom, factor }) => `${factor}*${indexKey(atom)}`).join('+')}`;

function rootOf(scope: Scope): Scope {
  return scope.parent ? rootOf(scope.parent) : scope;
}
