// Constructors for index expressions. They simplify with what is known of the axes' extents, so that reshapes, slices and
// transposes of each other come out as the plain sums of axes that schedules like.
//
// Every expression is kept as a sum: constant + factor * atom + ..., an atom being an axis, quotient, remainder, clamp or value.
import type { Axis, IndexExpr, StageExpr } from './stage.ts';

export interface IndexRange {
  readonly low: number;
  readonly high: number;
}

/** An index that is not itself a sum. */
export type IndexAtom = Exclude<IndexExpr, { kind: 'constant' | 'add' | 'multiply' }>;
type Atom = IndexAtom;

interface Term {
  readonly atom: Atom;
  readonly factor: number;
}

interface Sum {
  readonly constant: number;
  readonly terms: readonly Term[];
}

/** `+ 0` keeps -0 out. */
export const constantIndex = (value: number): IndexExpr => ({ kind: 'constant', value: value + 0 });

/** The axis's position; 0 where it has only one. */
export const axisIndex = (axis: Axis): IndexExpr => (axis.extent === 1 ? constantIndex(0) : { kind: 'axis', axis });

export function addIndex(left: IndexExpr, right: IndexExpr): IndexExpr {
  const a = sumOf(left);
  const b = sumOf(right);
  return fromSum({ constant: a.constant + b.constant, terms: [...a.terms, ...b.terms] });
}

export function multiplyIndex(value: IndexExpr, factor: number): IndexExpr {
  return fromSum(scaleSum(sumOf(value), factor));
}

/** floor(value / divisor) */
export function divideIndex(value: IndexExpr, divisor: number): IndexExpr {
  const { whole, rest } = splitMultiples(sumOf(value), divisor);
  return addIndex(fromSum(whole), divideRest(rest, divisor));
}

/** value - divisor * floor(value / divisor) */
export function remainderIndex(value: IndexExpr, divisor: number): IndexExpr {
  const { rest } = splitMultiples(reduceNested(sumOf(value), divisor), divisor);
  const range = rangeOfSum(rest);
  const quotient = Math.floor(range.low / divisor);
  if (quotient === Math.floor(range.high / divisor)) return fromSum({ constant: rest.constant - quotient * divisor, terms: rest.terms });
  const split = splitLow(rest, divisor);
  if (!split) return { kind: 'remainder', value: fromSum(rest), divisor };
  const high = remainderIndex(fromSum(split.high), divisor / split.unit);
  return addIndex(multiplyIndex(high, split.unit), fromSum(split.low));
}

/** The value, but at least 0 and at most extent - 1. */
export function clampIndex(value: IndexExpr, extent: number): IndexExpr {
  const range = rangeOf(value);
  if (range.low >= 0 && range.high < extent) return value;
  if (range.high <= 0 || extent <= 1) return constantIndex(0);
  if (range.low >= extent - 1) return constantIndex(extent - 1);
  return { kind: 'clamp', value, extent };
}

/** An integer computed from data; sums of positions and constants become index arithmetic again. */
export function valueIndex(expr: StageExpr): IndexExpr {
  return arithmeticOf(expr) ?? { kind: 'value', expr };
}

function arithmeticOf(expr: StageExpr): IndexExpr | undefined {
  if (!['i32', 'i64', 'u32', 'u64'].includes(expr.type)) return undefined;
  if (expr.kind === 'constant') return constantIndex(Number(expr.value));
  if (expr.kind === 'position') return expr.index;
  if (expr.kind === 'cast') return arithmeticOf(expr.value);
  if (expr.kind !== 'elementwise' || expr.args.length !== 2) return undefined;
  const [left, right] = expr.args.map(arithmeticOf);
  if (!left || !right) return undefined;
  if (expr.op === 'add') return addIndex(left, right);
  if (expr.op === 'subtract') return addIndex(left, multiplyIndex(right, -1));
  if (expr.op === 'multiply' && right.kind === 'constant') return multiplyIndex(left, right.value);
  if (expr.op === 'multiply' && left.kind === 'constant') return multiplyIndex(right, left.value);
  return undefined;
}

/** constant + sum of coefficient * axis, or null where the index is not of that form. */
export function affineOf(index: IndexExpr): { readonly constant: number; readonly coefficients: Map<Axis, number> } | null {
  const { constant, terms } = sumOf(index);
  const coefficients = new Map<Axis, number>();
  for (const { atom, factor } of terms) {
    if (atom.kind !== 'axis') return null;
    coefficients.set(atom.axis, (coefficients.get(atom.axis) ?? 0) + factor);
  }
  return { constant, coefficients };
}

/** Bounds on the index's value; infinite where it depends on data. */
export function rangeOf(index: IndexExpr): IndexRange {
  return rangeOfSum(sumOf(index));
}

/** The index as constant + sum of factor * term; terms are axes, quotients, remainders, clamps and values. */
export function termsOf(index: IndexExpr): {
  readonly constant: number;
  readonly terms: readonly { readonly atom: IndexAtom; readonly factor: number }[];
} {
  return sumOf(index);
}

/** Calls `visit` on the index and its parts; what a `value` part reads is not entered. */
export function visitIndex(index: IndexExpr, visit: (part: IndexExpr) => void): void {
  visit(index);
  if (index.kind === 'add') {
    visitIndex(index.left, visit);
    visitIndex(index.right, visit);
  } else if (index.kind === 'multiply' || index.kind === 'divide' || index.kind === 'remainder' || index.kind === 'clamp') {
    visitIndex(index.value, visit);
  }
}

/** The index with axes and data values replaced, simplified again; the same object where nothing changes. */
export function substituteIndex(
  index: IndexExpr,
  axes: ReadonlyMap<Axis, IndexExpr>,
  replaceValue: (expr: StageExpr) => StageExpr = (expr) => expr,
): IndexExpr {
  let changes = false;
  visitIndex(index, (part) => {
    if (part.kind === 'axis' ? axes.has(part.axis) : part.kind === 'value' && replaceValue(part.expr) !== part.expr) changes = true;
  });
  return changes ? replaceInIndex(index, axes, replaceValue) : index;
}

function replaceInIndex(index: IndexExpr, axes: ReadonlyMap<Axis, IndexExpr>, replaceValue: (expr: StageExpr) => StageExpr): IndexExpr {
  const replace = (part: IndexExpr): IndexExpr => replaceInIndex(part, axes, replaceValue);
  switch (index.kind) {
    case 'constant':
      return index;
    case 'axis':
      return axes.get(index.axis) ?? index;
    case 'add':
      return addIndex(replace(index.left), replace(index.right));
    case 'multiply':
      return multiplyIndex(replace(index.value), index.factor);
    case 'divide':
      return divideIndex(replace(index.value), index.divisor);
    case 'remainder':
      return remainderIndex(replace(index.value), index.divisor);
    case 'clamp':
      return clampIndex(replace(index.value), index.extent);
    case 'value': {
      const expr = replaceValue(index.expr);
      return expr === index.expr ? index : valueIndex(expr);
    }
    default:
      return index satisfies never;
  }
}

const identities = new WeakMap<object, number>();
let identityCount = 0;

/** A number of its own for each axis or expression object, for keys. */
export function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, ++identityCount);
  return identityCount;
}

/** Equal keys mean equal indices. */
export function indexKey(index: IndexExpr): string {
  switch (index.kind) {
    case 'constant':
      return `${index.value}`;
    case 'axis':
      return `a${identityOf(index.axis)}`;
    case 'add':
      return `(${indexKey(index.left)}+${indexKey(index.right)})`;
    case 'multiply':
      return `${index.factor}*${indexKey(index.value)}`;
    case 'divide':
      return `(${indexKey(index.value)}/${index.divisor})`;
    case 'remainder':
      return `(${indexKey(index.value)}%${index.divisor})`;
    case 'clamp':
      return `clamp(${indexKey(index.value)},${index.extent})`;
    case 'value':
      return `v${identityOf(index.expr)}`;
    default:
      return index satisfies never;
  }
}

function sumOf(index: IndexExpr): Sum {
  switch (index.kind) {
    case 'constant':
      return { constant: index.value, terms: [] };
    case 'add': {
      const left = sumOf(index.left);
      const right = sumOf(index.right);
      return { constant: left.constant + right.constant, terms: [...left.terms, ...right.terms] };
    }
    case 'multiply':
      return scaleSum(sumOf(index.value), index.factor);
    default:
      return { constant: 0, terms: [{ atom: index, factor: 1 }] };
  }
}

function scaleSum(sum: Sum, factor: number): Sum {
  if (factor === 0) return { constant: 0, terms: [] };
  return { constant: sum.constant * factor, terms: sum.terms.map((term) => ({ atom: term.atom, factor: term.factor * factor })) };
}

function fromSum(sum: Sum): IndexExpr {
  const merged = joinSplits(mergeTerms(sum));
  let result: IndexExpr | undefined;
  for (const { atom, factor } of merged.terms) {
    const term: IndexExpr = factor === 1 ? atom : { kind: 'multiply', value: atom, factor };
    result = result ? { kind: 'add', left: result, right: term } : term;
  }
  if (!result) return constantIndex(merged.constant);
  return merged.constant === 0 ? result : { kind: 'add', left: result, right: constantIndex(merged.constant) };
}

function mergeTerms(sum: Sum): Sum {
  const byKey = new Map<string, Term>();
  for (const { atom, factor } of sum.terms) {
    const key = indexKey(atom);
    byKey.set(key, { atom, factor: factor + (byKey.get(key)?.factor ?? 0) });
  }
  return { constant: sum.constant, terms: [...byKey.values()].filter(({ factor }) => factor !== 0) };
}

/** factor * divisor * (x div divisor) + factor * (x mod divisor) -> factor * x, and the same under a further remainder. */
function joinSplits(sum: Sum): Sum {
  for (const low of sum.terms) {
    if (low.atom.kind !== 'remainder') continue;
    const { value, divisor } = low.atom;
    const quotient = divideIndex(value, divisor);
    for (const high of sum.terms) {
      if (high === low || high.factor !== low.factor * divisor) continue;
      const joined = indexKey(high.atom) === indexKey(quotient) ? value : joinedRemainder(high.atom, quotient, value, divisor);
      if (!joined) continue;
      const replacement = scaleSum(sumOf(joined), low.factor);
      const others = sum.terms.filter((term) => term !== low && term !== high);
      return joinSplits(mergeTerms({ constant: sum.constant + replacement.constant, terms: [...others, ...replacement.terms] }));
    }
  }
  return sum;
}

function joinedRemainder(high: Atom, quotient: IndexExpr, value: IndexExpr, divisor: number): IndexExpr | undefined {
  if (high.kind !== 'remainder' || indexKey(high.value) !== indexKey(quotient)) return undefined;
  return remainderIndex(value, divisor * high.divisor);
}

const floorModulo = (value: number, divisor: number): number => value - divisor * Math.floor(value / divisor);

/** sum = divisor * whole + rest, with 0 <= rest.constant < divisor. */
function splitMultiples(sum: Sum, divisor: number): { whole: Sum; rest: Sum } {
  const isMultiple = ({ factor }: Term): boolean => factor % divisor === 0;
  return {
    whole: {
      constant: Math.floor(sum.constant / divisor),
      terms: sum.terms.filter(isMultiple).map(({ atom, factor }) => ({ atom, factor: factor / divisor })),
    },
    rest: { constant: floorModulo(sum.constant, divisor), terms: sum.terms.filter((term) => !isMultiple(term)) },
  };
}

function divideRest(rest: Sum, divisor: number): IndexExpr {
  const range = rangeOfSum(rest);
  const quotient = Math.floor(range.low / divisor);
  if (quotient === Math.floor(range.high / divisor)) return constantIndex(quotient);
  const split = splitLow(rest, divisor);
  if (split) return divideIndex(fromSum(split.high), divisor / split.unit);
  return divideAtom(rest, divisor) ?? { kind: 'divide', value: fromSum(rest), divisor };
}

/** Quotients of quotients and of remainders. */
function divideAtom(rest: Sum, divisor: number): IndexExpr | undefined {
  const [only, ...others] = rest.terms;
  if (!only || others.length > 0 || only.factor !== 1) return undefined;
  const { atom } = only;
  if (atom.kind === 'divide') return divideIndex(addIndex(atom.value, constantIndex(rest.constant * atom.divisor)), divisor * atom.divisor);
  if (atom.kind === 'remainder' && rest.constant === 0 && atom.divisor % divisor === 0) {
    return remainderIndex(divideIndex(atom.value, divisor), atom.divisor / divisor);
  }
  return undefined;
}

/**
 * sum = unit * high + low with 0 <= low < unit and unit a divisor of `divisor`: then
 * sum div divisor = high div (divisor / unit), and sum mod divisor = unit * (high mod (divisor / unit)) + low.
 */
function splitLow(sum: Sum, divisor: number): { unit: number; high: Sum; low: Sum } | undefined {
  const units = [...new Set(sum.terms.map(({ factor }) => greatestCommonDivisor(Math.abs(factor), divisor)))].sort((a, b) => b - a);
  for (const unit of units) {
    if (unit === 1) return undefined;
    const { whole, rest } = splitMultiples(sum, unit);
    const range = rangeOfSum(rest);
    if (range.low >= 0 && range.high < unit) return { unit, high: whole, low: rest };
  }
  return undefined;
}

/** Under mod `divisor`, factor * (x mod n) may be factor * x where factor * n is a multiple of `divisor`. */
function reduceNested(sum: Sum, divisor: number): Sum {
  const position = sum.terms.findIndex(({ atom, factor }) => atom.kind === 'remainder' && (factor * atom.divisor) % divisor === 0);
  const nested = sum.terms[position];
  if (nested?.atom.kind !== 'remainder') return sum;
  const inner = scaleSum(sumOf(nested.atom.value), nested.factor);
  const others = sum.terms.filter((term) => term !== nested);
  return reduceNested(mergeTerms({ constant: sum.constant + inner.constant, terms: [...others, ...inner.terms] }), divisor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function rangeOfSum(sum: Sum): IndexRange {
  let { constant: low, constant: high } = sum;
  for (const { atom, factor } of sum.terms) {
    const range = rangeOfAtom(atom);
    low += factor > 0 ? factor * range.low : factor * range.high;
    high += factor > 0 ? factor * range.high : factor * range.low;
  }
  return { low, high };
}

function rangeOfAtom(atom: Atom): IndexRange {
  switch (atom.kind) {
    case 'axis':
      return { low: 0, high: Math.max(0, atom.axis.extent - 1) };
    case 'divide': {
      const { low, high } = rangeOf(atom.value);
      return { low: Math.floor(low / atom.divisor), high: Math.floor(high / atom.divisor) };
    }
    case 'remainder': {
      const { low, high } = rangeOf(atom.value);
      return low >= 0 && high < atom.divisor ? { low, high } : { low: 0, high: atom.divisor - 1 };
    }
    case 'clamp': {
      const { low, high } = rangeOf(atom.value);
      const bound = (value: number): number => Math.min(Math.max(value, 0), atom.extent - 1);
      return { low: bound(low), high: bound(high) };
    }
    case 'value':
      return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    default:
      return atom satisfies never;
  }
}
