// Schedules a contraction: register tiles, called by a driver that walks strips of rows and columns. Weights that are computed are
// packed first, or read where they lie.
import { INDEX, type KernelFunction, type Parameter, pointerTo } from '../../kernel-ir/index.ts';
import type { Schedule, ScheduleContext, Scheduled, ScheduledArgument, ScheduledCall, Scratch } from '../scheduled.ts';
import { parallelExtent } from './columns.ts';
import { driver } from './driver.ts';
import { epilogueArgument } from './epilogue-argument.ts';
import { matchContraction } from './match.ts';
import { packConstant } from './pack-constant.ts';
import { packedElements, packFunction, panelCount } from './pack-function.ts';
import { type Plan, planContraction } from './plan.ts';
import { paddedColumns } from './reduction.ts';
import { scheduleSplit, splitReduction } from './split-reduction.ts';

export const scheduleContraction: Schedule = (stage, context) => {
  const contraction = matchContraction(stage, context.buffer);
  const plan = contraction && planContraction(contraction, context);
  return plan ? emit(plan, context) : null;
};

function emit(plan: Plan, context: ScheduleContext): Scheduled {
  const weights = weightsArgument(plan);
  const split = splitReduction(plan);
  const parts = split && scheduleSplit(split, weights.argument, context);
  const scheduled = parts ?? scheduleWhole(plan, weights.argument);
  return { ...scheduled, functions: [...weights.functions, ...scheduled.functions], calls: [...weights.calls, ...scheduled.calls] };
}

/** Each tile takes the whole reduction and finishes its part of the result. */
function scheduleWhole(plan: Plan, weights: ScheduledArgument): Scheduled {
  const tiles = new Map<string, KernelFunction>();
  const { contraction, data, result, column, panels, epilogue, depth } = plan;
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
    weights,
    { kind: 'buffer', buffer: result.buffer.id },
    ...epilogue.operands.map(({ access }) => epilogueArgument(access, column, paddedColumns(panels))),
  ];
  const points = contraction.stage.axes.reduce((product, axis) => product * axis.extent, 1);
  const multiply: ScheduledCall = { callee: name, args, parallel: { extent: parallelExtent(plan) }, flops: 2 * points * depth };
  return {
    functions: [...tiles.values(), { name, parameters, body }],
    fillsBlocks: true,
    calls: [multiply],
  };
}

/** The weights as tiles read them, and what must run before. */
function weightsArgument(plan: Plan): {
  argument: ScheduledArgument;
  functions: readonly KernelFunction[];
  calls: readonly ScheduledCall[];
} {
  const source: ScheduledArgument = { kind: 'buffer', buffer: plan.weights.buffer.id };
  if (plan.source === 'direct') return { argument: source, functions: [], calls: [] };
  if (plan.source === 'constant') return { argument: { ...source, kind: 'packed', packing: packConstant(plan) }, functions: [], calls: [] };
  const pack = packFunction(plan);
  const scratch: Scratch = { name: 'packed', type: 'f32', elements: packedElements(plan) };
  const argument: ScheduledArgument = { kind: 'scratch', scratch };
  return {
    argument,
    functions: [pack],
    calls: [{ callee: pack.name, args: [source, argument], parallel: { extent: panelCount(plan) }, flops: 0 }],
  };
}
