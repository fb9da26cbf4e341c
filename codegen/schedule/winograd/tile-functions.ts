// The transforms of one tile as functions: of its input, and of its products back to results.
import {
  add,
  advance,
  assign,
  compare,
  declare,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  mul,
  type Parameter,
  pointerTo,
  type Statement,
  store,
} from '../../kernel-ir/index.ts';
import { strideOf } from '../contraction/access.ts';
import type { Plan } from './plan.ts';
import { inputTransform, outputTransform } from './transforms.ts';

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const position = (name: string): Expr => local(name, INDEX);

/** Transforms one tile of one vector of channels: reads at `p`, writes point k at v + k * vs. */
export function inputFunction({ shape, data, target }: Plan): KernelFunction {
  const points = shape.edge + 2;
  const rowStride = strideOf(data, shape.rows[0]);
  const pixelStride = strideOf(data, shape.rows[1]);
  const body: Statement[] = [];
  const bind = binder(body);
  const columns = range(points).map((j) => {
    const d = range(points).map((i) => bind(load(pointer('p'), i * rowStride + j * pixelStride, target.lanes)));
    return inputTransform(shape.edge, d, bind).map(bind);
  });
  for (const i of range(points)) {
    const row = inputTransform(
      shape.edge,
      columns.map((column) => column[i] as Expr),
      bind,
    );
    row.forEach((value, j) => {
      body.push(store(advance(pointer('v'), mul(position('vs'), index(i * points + j))), 0, value));
    });
  }
  const parameters: Parameter[] = [
    { name: 'p', type: F32_POINTER },
    { name: 'v', type: F32_POINTER, writes: true },
    { name: 'vs', type: INDEX },
  ];
  return { name: `f32_winograd${shape.edge}_input_x${rowStride}_${pixelStride}_${target.lanes}`, parameters, body };
}

/** Transforms the products of one tile and vector of columns back, applies the epilogue, and stores `nh` x `nw` pixels. */
export function outputFunction({ shape, result, epilogue, target }: Plan): KernelFunction {
  const { edge } = shape;
  const points = edge + 2;
  const rowStride = strideOf(result, shape.rows[0]);
  const pixelStride = strideOf(result, shape.rows[1]);
  const body: Statement[] = [];
  const bind = binder(body);
  const grid = { lanes: target.lanes };
  const start = epilogue.epilogue.start(0, grid);
  const bias = start && bind(start);
  const columns = range(points).map((j) => {
    const m = range(points).map((i) => bind(load(advance(pointer('m'), mul(position('ms'), index(i * points + j))), 0, target.lanes)));
    return outputTransform(edge, m, bind).map(bind);
  });
  for (const i of range(edge)) {
    const row: Statement[] = [];
    const bindRow = binder(row, `r${i}_`);
    const values = outputTransform(
      edge,
      columns.map((column) => column[i] as Expr),
      bindRow,
    );
    values.forEach((value, j) => {
      const pixel: Statement[] = [];
      const named = binder(pixel, `o${i}_${j}_`)(bias ? add(value, bias) : value);
      const finished = epilogue.epilogue.finish(named, j, i, grid, 0);
      pixel.push(...finished.statements, store(pointer('y'), i * rowStride + j * pixelStride, finished.value));
      row.push({ kind: 'if', condition: compare('lt', index(j), position('nw')), then: pixel, otherwise: [] });
    });
    body.push({ kind: 'if', condition: compare('lt', index(i), position('nh')), then: row, otherwise: [] });
    for (const { access, parameter } of epilogue.operands) {
      const step = strideOf(access, shape.rows[0]);
      if (step !== 0) body.push(assign(parameter, advance(pointer(parameter), index(step))));
    }
  }
  const parameters: Parameter[] = [
    { name: 'm', type: F32_POINTER },
    { name: 'ms', type: INDEX },
    { name: 'y', type: F32_POINTER, writes: true },
    { name: 'nh', type: INDEX },
    { name: 'nw', type: INDEX },
    ...epilogue.epilogue.parameters,
  ];
  const operandRows = epilogue.operands.map(({ access }) => strideOf(access, shape.rows[0])).join('_');
  return {
    name: `f32_winograd${edge}_output_y${rowStride}_${pixelStride}_e${operandRows}_${target.lanes}${epilogue.epilogue.name}`,
    parameters,
    body,
  };
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, position_) => position_);

/** Gives values names, so that each is computed once. */
export function binder(statements: Statement[], prefix = 't'): (value: Expr) => Expr {
  let count = 0;
  return (value) => {
    const name = `${prefix}${count++}`;
    statements.push(declare(name, value));
    return local(name, value.type);
  };
}
