// `model.summary()`: the text that Keras prints.
import { quote, ValueError } from '../../errors/index.ts';
import { bytesPerElement } from '../../ir/dtype.ts';
import { elementCount } from '../../ir/shape.ts';
import type { Variable } from '../../trace/variable.ts';
import type { KerasShape } from '../engine/keras-tensor.ts';
import { Layer } from '../engine/layer.ts';
import type { Operation } from '../engine/node.ts';
import type { OpInstance } from '../engine/operation.ts';
import type { Model } from './model.ts';
import { type Column, printTable } from './table.ts';

export interface SummaryOptions {
  /** Characters a line; by default 88, or 108 with a column of connections, and never more than the terminal has. */
  readonly lineLength?: number | undefined;
  /** Gets the whole text. Default: console.log. */
  readonly printFn?: ((text: string) => void) | undefined;
  /** Shows the layers of nested models below them. */
  readonly expandNested?: boolean | undefined;
  /** Whether a column tells which layers are trainable. */
  readonly showTrainable?: boolean | undefined;
  /** Where columns end, as parts of a line. By default [0.45, 0.8, 1], or [0.3, 0.56, 0.74, 1] with connections. */
  readonly positions?: readonly number[] | undefined;
  /** Regular expressions for the names of the first and the last layer to show. */
  readonly layerRange?: readonly [string, string] | undefined;
}

/** The summary as text. */
export function summarize(model: Model, options: SummaryOptions = {}): string {
  const sequential = isSequentialLike(model);
  const columns = layOut(sequential, options);
  const rows = inRange(model.operations, options.layerRange).flatMap((operation) => rowsOf(operation, model, sequential, options, 0));
  const { trainableWeights: trainable, nonTrainableWeights: frozen } = model;
  const ofOptimizer = optimizerVariables(model);
  const counts = [
    ['Total', [...trainable, ...frozen, ...(ofOptimizer ?? [])]],
    ['Trainable', trainable],
    ['Non-trainable', frozen],
    ...(ofOptimizer ? ([['Optimizer', ofOptimizer]] as const) : []),
  ] as const;
  const totals = counts.map(
    ([name, weights]) => ` ${name} params: ${countOf(weights).toLocaleString('en-US')} (${readableBytes(bytesOf(weights))})`,
  );
  return [`Model: "${model.name}"`, printTable(columns.columns, rows, columns.width), ...totals, ''].join('\n');
}

/** The state of the optimizer, once there is one. */
const optimizerVariables = ({ compiled, optimizer }: Model): readonly Variable[] | undefined =>
  compiled && optimizer?.built ? optimizer.variables : undefined;

/** The operations from the first whose name matches the first pattern to the last that matches the second. */
function inRange(operations: readonly Operation[], range: SummaryOptions['layerRange']): readonly Operation[] {
  if (!range) return operations;
  if (range.length !== 2 || range.some((pattern) => typeof pattern !== 'string')) {
    throw new ValueError(`layer_range must be a list or tuple of 2 strings. Received: layer_range = ${quote(range)}`, {
      code: 'summary-range',
    });
  }
  const [first, last] = range.map((pattern) => {
    // As Python's re.match: from the beginning of the name.
    const expression = new RegExp(`^(?:${pattern})`);
    return operations.flatMap(({ name }, index) => (expression.test(name) ? [index] : []));
  }) as [number[], number[]];
  if (first.length === 0 || last.length === 0) {
    throw new ValueError(`Passed layer_names do not match the layer names in the model. Received: ${quote(range)}`, {
      code: 'summary-range',
    });
  }
  const [start, end] = [first[0] as number, last.at(-1) as number];
  return start > end ? operations.slice(last[0], (first.at(-1) as number) + 1) : operations.slice(start, end + 1);
}

/** Whether the table can do without saying what each layer is connected to. */
function isSequentialLike(model: Model): boolean {
  if (!model.isFunctional) return true;
  const single = model.nodesByDepth.every((group) => group.length === 1 && (group[0]?.inputs.length ?? 0) <= 1);
  if (!single) return false;
  const nodes = new Set(model.nodesByDepth.flat());
  return model.layers.every((layer) => layer.inboundNodes.filter((node) => nodes.has(node)).length <= 1);
}

function layOut(sequential: boolean, options: SummaryOptions): { readonly columns: Column[]; readonly width: number } {
  const headers: readonly (readonly [string, Column['align']])[] = [
    ['Layer (type)', 'left'],
    ['Output Shape', 'left'],
    ['Param #', 'right'],
    ...(sequential ? [] : [['Connected to', 'left'] as const]),
    ...(options.showTrainable ? [['Trainable', 'center'] as const] : []),
  ];
  const base = options.positions ?? (sequential ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]);
  const positions = options.showTrainable ? [...base.map((position) => position * 0.9), 1] : base;
  const width = options.lineLength ?? defaultWidth((sequential ? 88 : 108) + (options.showTrainable ? 12 : 0));
  let current = 0;
  const columns = headers.map(([header, align], index) => {
    const size = Math.trunc((positions[index] as number) * width) - current;
    if (size < 4) throw new ValueError('Insufficient console width to print summary.', { code: 'summary-width' });
    current += size;
    return { header, align, width: size };
  });
  return { columns, width };
}

const defaultWidth = (width: number): number => Math.min(width, (process.stdout.columns ?? 112) - 4);

function rowsOf(operation: Operation, model: Model, sequential: boolean, options: SummaryOptions, level: number): string[][] {
  const prefix = level === 0 ? '' : `${'   '.repeat(level)}└ `;
  const className = operation instanceof Layer ? operation.className : (operation as OpInstance).className;
  const row = [`${prefix}${operation.name} (${className})`, shapeColumn(operation), parameterColumn(operation)];
  if (!sequential) row.push(connectionsOf(operation, model));
  if (options.showTrainable) row.push(trainableColumn(operation));
  const nested = options.expandNested && 'layers' in operation ? (operation as unknown as Model).layers : [];
  return [row, ...nested.flatMap((layer) => rowsOf(layer, model, sequential, options, level + 1))];
}

const formatColumn = (shape: KerasShape): string => `(${shape.map((dim) => dim ?? 'None').join(', ')})`;

function shapeColumn(operation: Operation): string {
  const node = operation.inboundNodes.at(-1);
  if (node) {
    const shapes = node.outputs.map((output) => formatColumn(output.shape));
    return shapes.length === 1 ? (shapes[0] as string) : `[${shapes.join(', ')}]`;
  }
  return operation instanceof Layer ? shapeFromBuild(operation) : '?';
}

function shapeFromBuild(layer: Layer): string {
  const input = layer.getBuildConfig()?.['input_shape'] as KerasShape | undefined;
  if (!input || layer.computeOutputShape === Layer.prototype.computeOutputShape) return '?';
  return formatColumn(layer.computeOutputShape(input) as KerasShape);
}

function parameterColumn(operation: Operation): string {
  if (!(operation instanceof Layer)) return '0';
  return operation.built ? operation.countParams().toLocaleString('en-US') : '0 (unbuilt)';
}

function trainableColumn(operation: Operation): string {
  if (!(operation instanceof Layer) || operation.weights.length === 0) return '-';
  return operation.trainable ? 'Y' : 'N';
}

function connectionsOf(operation: Operation, model: Model): string {
  const members = new Set(model.nodesByDepth.flat());
  const connections = operation.inboundNodes
    .filter((node) => members.has(node))
    .flatMap((node) => node.inputs)
    .flatMap(({ history }) => (history ? [`${history.node.operation.name}[${history.node.index}][${history.tensorIndex}]`] : []));
  return connections.join(', ') || '-';
}

const countOf = (weights: readonly Variable[]): number => weights.reduce((sum, { shape }) => sum + elementCount(shape), 0);
const bytesOf = (weights: readonly Variable[]): number =>
  weights.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * bytesPerElement(dtype), 0);

function readableBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${size.toFixed(2)} ${units[unit]}`;
}
