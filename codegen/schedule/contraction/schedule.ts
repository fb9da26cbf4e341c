// Schedules a contraction with constant weights: register tiles, called by a driver that walks strips of rows and columns.
import { INDEX, type KernelFunction, type Parameter, pointerTo } from '../../kernel-ir/index.ts';
import type { Schedule, Scheduled, ScheduledArgument } from '../scheduled.ts';
import { parallelExtent } from './columns.ts';
import { driver } from './driver.ts';
import { epilogueArgument } from './epilogue-argument.ts';
import { matchContraction } from './match.ts';
import { type Plan, planContraction } from './plan.ts';
import { packWeights, paddedColumns } from './reduction.ts';

export const scheduleContraction: Schedule = (stage, context) => {
  const contraction = matchContraction(stage, context.buffer);
  const plan = contraction && planContraction(contraction, context);
  return plan ? emit(plan) : null;
};

function emit(plan: Plan): Scheduled {
  const tiles = new Map<string, KernelFunction>();
  const { contraction, data, weights, result, column, panels, loops, epilogue } = plan;
  const body = driver(plan, tiles);
  const pointer = pointerTo('f32');
  const parameters: Parameter[] = [
    { name: 'a', type: pointer },
    { name: 'b', type: pointer },
    { name: 'y', type: pointer, writes: true },
    ...epilogue.operands.map(({ parameter }): Parameter => ({ name: parameter, type: pointer })),
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const name = `${contraction.stage.name}__f32_contraction_${contraction.stage.output}`;
  const args: ScheduledArgument[] = [
    { kind: 'buffer', buffer: data.buffer.id },
    { kind: 'packed', buffer: weights.buffer.id, packing: packWeights(contraction, weights, column, loops, panels) },
    { kind: 'buffer', buffer: result.buffer.id },
    ...epilogue.operands.map(({ access }) => epilogueArgument(access, column, paddedColumns(panels))),
  ];
  const points = [...contraction.rows, ...contraction.columns, ...contraction.shared].reduce((product, axis) => product * axis.extent, 1);
  const depth = contraction.sum.axes.reduce((product, axis) => product * axis.extent, 1);
  const functions = [...tiles.values(), { name, parameters, body }];
  return {
    functions,
    fillsBlocks: true,
    calls: [{ callee: name, args, parallel: { extent: parallelExtent(plan) }, flops: 2 * points * depth }],
  };
}
