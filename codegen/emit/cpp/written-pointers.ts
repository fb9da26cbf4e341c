// Which pointers of a function lead to a store, its own or one of a function it calls: all others point to const.
import type { Expr, KernelFunction, Statement } from '../../kernel-ir/index.ts';

/** For each function by name: its pointer parameters and locals that are written through. Callees come before callers. */
export function findWrittenPointers(functions: readonly KernelFunction[]): ReadonlyMap<string, ReadonlySet<string>> {
  const result = new Map<string, ReadonlySet<string>>();
  const declared = new Map(functions.map((each) => [each.name, each]));
  for (const each of functions)
    result.set(
      each.name,
      writtenIn(each, (callee, position) => isWritten(declared, result, callee, position)),
    );
  return result;
}

function isWritten(
  declared: ReadonlyMap<string, KernelFunction>,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  callee: string,
  position: number,
): boolean {
  const parameter = declared.get(callee)?.parameters[position];
  return parameter !== undefined && (known.get(callee)?.has(parameter.name) ?? parameter.writes ?? false);
}

function writtenIn(declared: KernelFunction, isWrittenBy: (callee: string, position: number) => boolean): ReadonlySet<string> {
  const written = new Set(declared.parameters.filter(({ writes }) => writes).map(({ name }) => name));
  const sources: (readonly [name: string, source: string])[] = [];
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case 'store':
        written.add(rootOf(statement.pointer));
        return;
      case 'call':
        statement.args.forEach((arg, position) => {
          if (isWrittenBy(statement.callee, position)) written.add(rootOf(arg));
        });
        return;
      case 'let':
      case 'assign':
        if ('pointer' in statement.value.type) sources.push([statement.name, rootOf(statement.value)]);
        return;
      case 'for':
      case 'while':
        return statement.body.forEach(visit);
      case 'if':
        return [...statement.then, ...statement.otherwise].forEach(visit);
      default:
    }
  };
  declared.body.forEach(visit);
  spread(written, sources);
  return written;
}

/** What a written pointer was made from is written too. */
function spread(written: Set<string>, sources: readonly (readonly [string, string])[]): void {
  for (let before = -1; before !== written.size; ) {
    before = written.size;
    for (const [name, source] of sources) if (written.has(name)) written.add(source);
  }
}

function rootOf(pointer: Expr): string {
  if (pointer.kind === 'advance') return rootOf(pointer.pointer);
  if (pointer.kind !== 'local') throw new Error(`kerasc bug: a pointer comes from ${pointer.kind}`);
  return pointer.name;
}
