// Reads the text form of graphs (docs/graph-text.md) and checks it as it goes: names, parameters, types.
import { quote, ValueError } from '../errors/index.ts';
import { allocate, type DType, isDType } from './dtype.ts';
import { formatType, SHORT_DTYPES } from './format-type.ts';
import type { Graph, Node, Parameter, TensorType, Update, Value } from './graph.ts';
import type { NDArray } from './ndarray.ts';
import { PRIMITIVES } from './primitives/index.ts';
import { PARAM_KINDS, type ParamKind } from './primitives/param-kinds.ts';
import type { PrimitiveName } from './primitives/params.ts';
import type { Primitive } from './primitives/primitive.ts';
import { sameType } from './primitives/type-rules.ts';
import type { TensorData } from './print.ts';
import { elementCount } from './shape.ts';
import { Lexer, type Token } from './text/lexer.ts';
import { readElements } from './text/tensor-text.ts';

/** Graphs inside graphs beyond this depth are refused, before the call stack ends. */
const MAX_DEPTH = 50;

/**
 * The graph that a text stands for. Throws FormatError with line and column.
 *
 * @param data the tensors that the text names by hash, as `printGraphWithData` returns them
 */
export function parseGraph(text: string, data: TensorData = new Map()): Graph {
  const lexer = new Lexer(text);
  const graph = new GraphParser(lexer, data, 0).parse();
  if (lexer.peek.kind !== 'end') throw lexer.error('expected the end of the text');
  return graph;
}

class GraphParser {
  readonly #lexer: Lexer;
  readonly #data: TensorData;
  readonly #depth: number;
  readonly #values = new Map<number, Value>();

  constructor(lexer: Lexer, data: TensorData, depth: number) {
    this.#lexer = lexer;
    this.#data = data;
    this.#depth = depth;
  }

  parse(): Graph {
    const lexer = this.#lexer;
    if (this.#depth > MAX_DEPTH) throw lexer.error(`graphs are nested more than ${MAX_DEPTH} deep`);
    lexer.expect('graph');
    const name = lexer.takeString("the graph's name as a string");
    lexer.expect('{');
    const inputs = this.#repeat('input', () => this.#result());
    const parameters = this.#repeat('parameter', () => this.#parameter());
    const nodes: Node[] = [];
    while (!this.#isEnd()) nodes.push(this.#node());
    const outputs = this.#repeat('output', () => this.#use());
    const updates = this.#repeat('update', () => this.#update());
    lexer.expect('}');
    return { name, inputs, parameters, nodes, outputs, updates };
  }

  #isEnd(): boolean {
    const { kind, text } = this.#lexer.peek;
    return kind === 'end' || (kind !== 'string' && ['}', 'output', 'update'].includes(text));
  }

  #repeat<T>(word: string, read: () => T): T[] {
    const items: T[] = [];
    while (this.#lexer.accept(word)) items.push(read());
    return items;
  }

  /** A value that is defined here. */
  #result(): Value {
    const value = this.#untypedResult();
    this.#values.set(value.id, value);
    return value;
  }

  #untypedResult(): Value {
    const lexer = this.#lexer;
    const token = lexer.takeKind('value', 'a value such as %0');
    const id = Number(token.text);
    if (!Number.isSafeInteger(id) || this.#values.has(id)) throw lexer.error('the value is defined already', token);
    const name = lexer.peek.kind === 'string' ? lexer.takeString('a name') : undefined;
    lexer.expect(':');
    const type = this.#type();
    return name === undefined ? { id, type } : { id, type, name };
  }

  /** A value that is defined above. */
  #use(): Value {
    const token = this.#lexer.takeKind('value', 'a value such as %0');
    const value = this.#values.get(Number(token.text));
    if (!value) throw this.#lexer.error('the value is not defined above', token);
    return value;
  }

  #type(): TensorType {
    const token = this.#lexer.takeKind('word', 'a type such as f32[2,3]');
    const dtype = (Object.keys(SHORT_DTYPES) as DType[]).find((name) => SHORT_DTYPES[name] === token.text);
    if (!dtype) throw this.#lexer.error(`expected one of ${Object.values(SHORT_DTYPES).join(', ')}`, token);
    return { dtype, shape: this.#shape() };
  }

  #shape(): number[] {
    const token = this.#lexer.peek;
    const shape = this.#list(() => this.#lexer.takeInteger('a dimension'));
    this.#check(token, () => elementCount(shape));
    return shape;
  }

  #list<T>(read: () => T): T[] {
    const lexer = this.#lexer;
    lexer.expect('[');
    const items: T[] = [];
    if (lexer.accept(']')) return items;
    do items.push(read());
    while (lexer.accept(','));
    lexer.expect(']');
    return items;
  }

  #parameter(): Parameter {
    const lexer = this.#lexer;
    const value = this.#result();
    lexer.expect('=');
    const trainable = lexer.accept('trainable');
    if (!trainable) lexer.expect('frozen');
    const path = lexer.takeString("the variable's path as a string");
    const token = lexer.peek;
    const data = this.#tensor();
    if (!sameType(data, value.type)) throw lexer.error(`expected a tensor of type ${formatType(value.type)}`, token);
    return { value, path, data, trainable };
  }

  #update(): Update {
    const path = this.#lexer.takeString("the variable's path as a string");
    this.#lexer.expect('=');
    return { path, value: this.#use() };
  }

  #node(): Node {
    const lexer = this.#lexer;
    const outputs: Value[] = [];
    if (lexer.peek.kind === 'value') {
      do outputs.push(this.#untypedResult());
      while (lexer.accept(','));
      lexer.expect('=');
    }
    const token = lexer.takeKind('word', 'an operation');
    const op = token.text;
    if (!isPrimitive(op)) throw lexer.error('the operation is not known', token);
    const inputs = this.#operands();
    const params = this.#params(op, token);
    const scope = lexer.accept('@') ? lexer.takeString("the layer's path as a string") : '';
    this.#checkTypes(op, inputs, params, outputs, token);
    for (const value of outputs) {
      if (this.#values.has(value.id)) throw lexer.error(`%${value.id} is defined already`, token);
      this.#values.set(value.id, value);
    }
    return { op, params, inputs, outputs, scope } as Node;
  }

  #operands(): Value[] {
    const lexer = this.#lexer;
    lexer.expect('(');
    const inputs: Value[] = [];
    if (lexer.accept(')')) return inputs;
    do inputs.push(this.#use());
    while (lexer.accept(','));
    lexer.expect(')');
    return inputs;
  }

  #params(op: PrimitiveName, at: Token): Record<string, unknown> {
    const lexer = this.#lexer;
    const kinds = PARAM_KINDS[op] as Readonly<Record<string, ParamKind>>;
    const params = new Map<string, unknown>();
    if (lexer.accept('{')) {
      do {
        const key = lexer.takeKind('word', 'the name of a parameter');
        const kind = Object.hasOwn(kinds, key.text) ? kinds[key.text] : undefined;
        if (!kind) throw lexer.error(`${op} has no such parameter; it has ${Object.keys(kinds).join(', ') || 'none'}`, key);
        if (params.has(key.text)) throw lexer.error('the parameter is given twice', key);
        lexer.expect('=');
        params.set(key.text, this.#param(kind));
      } while (lexer.accept(','));
      lexer.expect('}');
    }
    const missing = Object.keys(kinds).filter((key) => !params.has(key));
    if (missing.length > 0) throw lexer.error(`the parameters ${missing.join(', ')} of ${op} are missing`, at);
    return Object.fromEntries(params);
  }

  #param(kind: ParamKind): unknown {
    const lexer = this.#lexer;
    const integer = (): number => lexer.takeInteger('an integer');
    switch (kind) {
      case 'integer':
        return integer();
      case 'integers':
        return this.#list(integer);
      case 'pairs':
        return this.#list(() => this.#pair());
      case 'boolean':
        return this.#word(['true', 'false']) === 'true';
      case 'dtype':
        return this.#dtype();
      case 'tensor':
        return this.#tensor();
      case 'graph':
        return this.#graph();
      case 'graphs':
        return this.#list(() => this.#graph());
      default:
        return this.#word(kind);
    }
  }

  #pair(): number[] {
    const token = this.#lexer.peek;
    const pair = this.#list(() => this.#lexer.takeInteger('an integer'));
    if (pair.length !== 2) throw this.#lexer.error('expected a pair such as [0,1]', token);
    return pair;
  }

  #word(words: readonly string[]): string {
    const token = this.#lexer.takeKind('word', `one of ${words.join(', ')}`);
    if (!words.includes(token.text)) throw this.#lexer.error(`expected one of ${words.join(', ')}`, token);
    return token.text;
  }

  #dtype(): DType {
    const token = this.#lexer.takeKind('word', 'a dtype such as float32');
    if (!isDType(token.text)) throw this.#lexer.error('expected a dtype such as float32', token);
    return token.text;
  }

  #graph(): Graph {
    return new GraphParser(this.#lexer, this.#data, this.#depth + 1).parse();
  }

  #tensor(): NDArray {
    const lexer = this.#lexer;
    const start = lexer.peek;
    lexer.expect('<');
    const dtype = this.#dtype();
    const shape = this.#shape();
    const count = elementCount(shape);
    if (lexer.peek.kind === 'hash') {
      const hash = lexer.take();
      const data = this.#data.get(hash.text);
      const isFit = data?.length === count && data.constructor === allocate(dtype, 0).constructor;
      if (!isFit) throw lexer.error(`the data of this tensor is not given, or not of type ${formatType({ dtype, shape })}`, hash);
      lexer.expect('>');
      return { dtype, shape, data };
    }
    const words: string[] = [];
    while (['number', 'word'].includes(lexer.peek.kind)) words.push(lexer.take().text);
    lexer.expect('>');
    const elements = readElements(dtype, words);
    if ('wrong' in elements) throw lexer.error(`${quote(elements.wrong)} is no element of dtype ${dtype}`, start);
    if (words.length !== count) throw lexer.error(`expected ${count} elements, found ${words.length}`, start);
    return { dtype, shape, data: elements.data };
  }

  #checkTypes(op: PrimitiveName, inputs: readonly Value[], params: unknown, outputs: readonly Value[], token: Token): void {
    const primitive = PRIMITIVES[op] as unknown as Primitive<PrimitiveName>;
    const types = this.#check(token, () =>
      primitive.infer(
        inputs.map((value) => value.type),
        params as never,
      ),
    );
    const agrees = types.length === outputs.length && types.every((type, index) => sameType(type, outputs[index]?.type as TensorType));
    if (!agrees) throw this.#lexer.error(`the results have type ${types.map(formatType).join(', ') || 'none'}`, token);
  }

  /** Runs a check and gives its complaint a place in the text. */
  #check<T>(token: Token, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (error instanceof ValueError) throw this.#lexer.error(error.message.replace(/\.$/, ''), token);
      throw error;
    }
  }
}

const isPrimitive = (name: string): name is PrimitiveName => Object.hasOwn(PRIMITIVES, name);
