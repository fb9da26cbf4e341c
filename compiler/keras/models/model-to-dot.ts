// A model's graph in the DOT language of Graphviz.
import { ValueError } from '../../errors/index.ts';
import type { Layer } from '../engine/layer.ts';
import type { Operation } from '../engine/node.ts';
import { type LayerLabelOptions, layerLabel } from './layer-label.ts';
import { Model } from './model.ts';
import { Sequential } from './sequential.ts';

export interface ModelToDotOptions {
  /** Shapes of inputs and outputs. Default false. */
  readonly showShapes?: boolean | undefined;
  /** Dtypes of outputs. Default false. */
  readonly showDtype?: boolean | undefined;
  /** Names of layers beside their classes. Default true here, false in `plotModel`. */
  readonly showLayerNames?: boolean | undefined;
  /** `TB` (top to bottom, default), `LR`, `BT` or `RL`. */
  readonly rankdir?: 'TB' | 'LR' | 'BT' | 'RL' | undefined;
  /** Draws the layers of models in the model, in a box each. Default false. */
  readonly expandNested?: boolean | undefined;
  /** Dots per inch. Default 200. */
  readonly dpi?: number | undefined;
  /** Whether the text is a cluster for another graph. Default false. */
  readonly subgraph?: boolean | undefined;
  /** Names of the activations of layers that have one. Default false. */
  readonly showLayerActivations?: boolean | undefined;
  /** Whether layers are trainable. Default false. */
  readonly showTrainable?: boolean | undefined;
  /** How edges run. Default `ortho`. */
  readonly splines?: 'ortho' | 'curved' | 'polyline' | 'spline' | 'line' | undefined;
}

/**
 * The model as text in the DOT language.
 *
 * @example writeFileSync('model.dot', utils.modelToDot(model, { showShapes: true }));
 */
export function modelToDot(model: Model, options: ModelToDotOptions = {}): string {
  if (!model.built) {
    throw new ValueError(
      'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
      { code: 'not-built', where: `model '${model.name}'` },
    );
  }
  const { rankdir = 'TB', dpi = 200, splines = 'ortho', subgraph = false } = options;
  const drawing = new Drawing(options);
  const body = drawing.statements(model, subgraph ? '    ' : '  ');
  const edges = drawing.edges.map((edge) => `  ${edge} [penwidth=2];`);
  if (subgraph) return drawing.cluster(model, [...body, ...edges], '').join('\n');
  const head = [
    'digraph G {',
    `  rankdir=${rankdir};`,
    '  concentrate=true;',
    `  dpi=${dpi};`,
    `  splines=${splines};`,
    '  node [shape=record];',
  ];
  return [...head, ...body, ...edges, '}', ''].join('\n');
}

/** Nodes get names in the order in which they are drawn. */
class Drawing {
  readonly edges: string[] = [];
  readonly #expand: boolean;
  readonly #labels: LayerLabelOptions;
  readonly #names = new Map<Operation, string>();
  #clusters = 0;

  constructor(options: ModelToDotOptions) {
    this.#expand = options.expandNested ?? false;
    this.#labels = {
      showShapes: options.showShapes ?? false,
      showDtype: options.showDtype ?? false,
      showLayerNames: options.showLayerNames ?? true,
      showLayerActivations: options.showLayerActivations ?? false,
      showTrainable: options.showTrainable ?? false,
    };
  }

  /** A line for each box of the model; its edges are collected. */
  statements(model: Model, indent: string): string[] {
    if (!isGraph(model)) return [this.#node(model, indent)];
    const operations = model instanceof Sequential ? model.layers : model.operations;
    const lines = operations.flatMap((operation) =>
      this.#isOpen(operation)
        ? this.cluster(operation, this.statements(operation, `${indent}  `), indent)
        : [this.#node(operation, indent)],
    );
    if (model instanceof Sequential) operations.slice(1).forEach((layer, index) => this.#connect(operations[index] as Layer, layer, 0, 0));
    else this.#connectGraph(model);
    return lines;
  }

  cluster(model: Model, lines: readonly string[], indent: string): string[] {
    const label = JSON.stringify(model.name);
    const head = [`${indent}subgraph cluster_${this.#clusters++} {`, `${indent}  style=dashed;`, `${indent}  label=${label};`];
    return [...head, `${indent}  labeljust=l;`, ...lines, `${indent}}`];
  }

  #isOpen(operation: Operation): operation is Model {
    return this.#expand && operation instanceof Model && isGraph(operation);
  }

  #node(operation: Operation, indent: string): string {
    const label = layerLabel(operation, this.#labels);
    return `${indent}${this.#nameOf(operation)} [label=${label}, fontname=Helvetica, border=0, margin=0];`;
  }

  #nameOf(operation: Operation): string {
    const known = this.#names.get(operation);
    if (known) return known;
    const name = `n${this.#names.size}`;
    this.#names.set(operation, name);
    return name;
  }

  #connectGraph(model: Model): void {
    for (const node of model.nodesByDepth.flat()) {
      node.inputs.forEach(({ history }, index) => {
        if (history) this.#connect(history.node.operation, node.operation, history.tensorIndex, index);
      });
    }
  }

  /** From what makes output `output` of `source` to what takes input `input` of `target`; models that are drawn open are looked into. */
  #connect(source: Operation, target: Operation, output: number, input: number): void {
    const edge = `${this.#nameOf(this.#lastOf(source, output))} -> ${this.#nameOf(this.#firstOf(target, input))}`;
    if (!this.edges.includes(edge)) this.edges.push(edge);
  }

  #lastOf(operation: Operation, output: number): Operation {
    if (!this.#isOpen(operation)) return operation;
    const history = operation.outputs[output]?.history;
    return history ? this.#lastOf(history.node.operation, history.tensorIndex) : operation;
  }

  #firstOf(operation: Operation, input: number): Operation {
    if (!this.#isOpen(operation)) return operation;
    const first = operation instanceof Sequential ? operation.layers[0] : operation.inputs[input]?.history?.node.operation;
    return first ? this.#firstOf(first, input) : operation;
  }
}

/** Whether the layers of the model and their connections are known. */
const isGraph = (model: Model): boolean => model instanceof Sequential || model.isFunctional;
