// The box of a layer in a picture of a model: an HTML-like label of Graphviz.
import { formatShape } from '../../errors/index.ts';
import type { KerasShape, KerasTensor } from '../engine/keras-tensor.ts';
import { Layer } from '../engine/layer.ts';
import type { Operation } from '../engine/node.ts';
import { isPlainObject, mapStructure, type Nested } from '../engine/structure.ts';

export interface LayerLabelOptions {
  readonly showShapes: boolean;
  readonly showDtype: boolean;
  readonly showLayerNames: boolean;
  readonly showLayerActivations: boolean;
  readonly showTrainable: boolean;
}

/** The label, `<<table ...>>`, laid out as by Keras. */
export function layerLabel(operation: Operation, options: LayerLabelOptions): string {
  const className = operation instanceof Layer ? operation.className : classNameOf(operation);
  const span = Math.max(1, Number(options.showDtype) + Number(options.showTrainable) + (options.showShapes ? 2 : 0));
  const title = options.showLayerNames
    ? `<b>${escapeHtml(operation.name)}</b> (${escapeHtml(className)})`
    : `<b>${escapeHtml(className)}</b>`;
  const rows = [row(`<td colspan="${span}" bgcolor="black">${font(16, title, 'white')}</td>`)];
  const activation = options.showLayerActivations ? activationOf(operation) : undefined;
  if (activation !== undefined) rows.push(row(cell(`Activation: <b>${escapeHtml(activation)}</b>`, `bgcolor="white" colspan="${span}"`)));
  const cells = cellsOf(operation, className, options);
  if (cells.length > 0) rows.push(row(cells.join('')));
  return `<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${rows.join('')}</table>>`;
}

const row = (content: string): string => `<tr>${content}</tr>`;
const font = (size: number, content: string, color?: string): string =>
  `<font point-size="${size}"${color ? ` color="${color}"` : ''}>${content}</font>`;
const cell = (content: string, attributes = 'bgcolor="white"'): string => `<td ${attributes}>${font(14, content)}</td>`;

function cellsOf(operation: Operation, className: string, options: LayerLabelOptions): string[] {
  const cells: string[] = [];
  if (options.showShapes) {
    const shapeOf = (side: 'input' | 'output'): string =>
      escapeHtml(describe(operation, side, ({ shape }) => formatShape(shape as KerasShape)));
    if (className !== 'InputLayer') cells.push(cell(`Input shape: <b>${shapeOf('input')}</b>`));
    cells.push(cell(`Output shape: <b>${shapeOf('output')}</b>`));
  }
  if (options.showDtype) cells.push(cell(`Output dtype: <b>${escapeHtml(describe(operation, 'output', ({ dtype }) => dtype))}</b>`));
  if (options.showTrainable && operation instanceof Layer && operation.weights.length > 0) {
    const [text, color] = operation.trainable ? ['Trainable', 'forestgreen'] : ['Non-trainable', 'firebrick'];
    cells.push(`<td bgcolor="${color}">${font(14, `<b>${text}</b>`, 'white')}</td>`);
  }
  return cells;
}

const classNameOf = (operation: Operation): string => (operation as Operation & { readonly className: string }).className;

/** What is known of the tensors on one side; `?` where the operation was called more than once, or never. */
function describe(operation: Operation, side: 'input' | 'output', show: (tensor: KerasTensor) => string): string {
  const [node, ...others] = operation.inboundNodes;
  if (!node || others.length > 0) return '?';
  if (side === 'output') return textOf(mapStructure(node.outputStructure, show));
  const shown = node.inputs.map(show);
  return shown.length === 1 ? (shown[0] as string) : `[${shown.join(', ')}]`;
}

function textOf(structure: Nested<string>): string {
  if (typeof structure === 'string') return structure;
  if (isPlainObject(structure)) {
    return Object.entries(structure as Record<string, Nested<string>>)
      .map(([key, value]) => `${key}: ${textOf(value)}`)
      .join(', ');
  }
  return `[${(structure as readonly Nested<string>[]).map(textOf).join(', ')}]`;
}

/** The name of a layer's activation, from its config. */
function activationOf(operation: Operation): string | undefined {
  if (!(operation instanceof Layer) || !('activation' in operation)) return undefined;
  const { activation } = operation.getConfig();
  if (typeof activation === 'string') return activation;
  return isPlainObject(activation) ? String(activation['class_name']) : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for a label: names come from models, and must not become markup. */
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string).replace(/[\u0000-\u001f\u007f]/g, ' ');
