// Chooses how intermediate buffers lie in memory: zero halos where a reader pads, so that kernels need no border checks, and
// channels in blocks where the target's kernels want them.
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { type Contraction, matchContraction, type Operand } from '../schedule/contraction/match.ts';
import { winogradHalo } from '../schedule/winograd/choose.ts';
import { affineOf, axisIndex, indexKey, rangeOf } from './index-arithmetic.ts';
import { blockedChannels, paddedRowMajor } from './layout.ts';
import { mapExpression } from './map-expression.ts';
import type { Axis, Buffer, ComputeStage, IndexExpr, Program, ProgramStep, Stage, StageExpr } from './stage.ts';
import { walk } from './walk.ts';

type Halo = readonly (readonly [number, number])[];

/** Wider halos than this would cost more than the border checks they save. */
const WIDEST_HALO = 16;

/** The same program with layouts chosen for a target and the guards dropped that halos make needless. */
export function assignLayouts(program: Program, target: CpuTarget): Program {
  const padded = copyPaddedInputs(program);
  const uses = collectUses(padded);
  const blocked = blockedBuffers(padded.buffers, uses, target);
  const buffers = padded.buffers.map((buffer) => layOut(buffer, blocked.has(buffer.id), uses, target));
  const bufferOf = (id: number): Buffer => buffers[id] as Buffer;
  const steps = mapStages(padded.steps, (stage) => [
    stage.kind === 'compute' ? { ...stage, body: dropGuards(stage.body, bufferOf) } : stage,
  ]);
  return { ...padded, buffers, steps };
}

interface Uses {
  /** Stages that read or write a buffer's elements one by one. */
  readonly stages: ReadonlyMap<number, readonly ComputeStage[]>;
  /** The buffers that a stage reads or writes. */
  readonly touched: ReadonlyMap<ComputeStage, ReadonlySet<number>>;
  /** Buffers that must stay packed row-major: whole-buffer operations use them. */
  readonly packed: ReadonlySet<number>;
  readonly buffer: (id: number) => Buffer;
}

function layOut(buffer: Buffer, isBlocked: boolean, uses: Uses, target: CpuTarget): Buffer {
  if (buffer.kind !== 'scratch' || uses.packed.has(buffer.id) || buffer.shape.length < 3) return buffer;
  const stages = uses.stages.get(buffer.id) ?? [];
  const halo = widestHalo(buffer, stages, uses, target);
  const layout = isBlocked ? blockedChannels(buffer.shape, halo, target.channelBlock as number) : paddedRowMajor(buffer.shape, halo);
  return { ...buffer, layout };
}

/**
 * Channels go in blocks if a contraction uses them and every access moves along whole blocks or single channels. Images that are computed
 * from such ones, or from which such ones are computed, follow: a loop that walks through two orders at once leaves the cache.
 */
function blockedBuffers(buffers: readonly Buffer[], uses: Uses, target: CpuTarget): ReadonlySet<number> {
  const blocked = new Set<number>();
  const size = target.channelBlock;
  if (size === null) return blocked;
  const candidates = new Map(buffers.filter((buffer) => canBeBlocked(buffer, uses, size)).map((buffer) => [buffer.id, buffer]));
  for (const buffer of candidates.values()) if (isTiled(buffer, uses, size)) blocked.add(buffer.id);
  for (const id of blocked) {
    const { shape } = candidates.get(id) as Buffer;
    if (shape.length < 4 || (shape.at(-1) as number) % size !== 0) continue;
    const neighbours = (uses.stages.get(id) ?? []).flatMap((stage) => [...(uses.touched.get(stage) ?? [])]);
    for (const neighbour of neighbours) if (candidates.get(neighbour)?.shape.join() === shape.join()) blocked.add(neighbour);
  }
  return blocked;
}

function canBeBlocked({ id, kind, type, shape }: Buffer, uses: Uses, size: number): boolean {
  if (kind !== 'scratch' || type !== 'f32' || uses.packed.has(id) || shape.length < 3 || (shape.at(-1) as number) < size) return false;
  return (uses.stages.get(id) ?? []).every((stage) => channelIndices(stage, id).every((index) => followsBlocks(index, size)));
}

function isTiled(buffer: Buffer, uses: Uses, size: number): boolean {
  const stages = uses.stages.get(buffer.id) ?? [];
  const isContraction = (stage: ComputeStage): boolean => wantsBlocks(matchContraction(stage, uses.buffer), uses.buffer);
  if (!stages.some(isContraction)) return false;
  // Only kernels that compute whole blocks leave finite numbers in the unused part of the last block.
  const writers = stages.filter((stage) => stage.output === buffer.id);
  return (buffer.shape.at(-1) as number) % size === 0 || writers.every(isContraction);
}

/** Tiles whose weights are packed when the program is built, and convolutions; products of matrices by batch gain nothing from blocks. */
function wantsBlocks(contraction: Contraction | null, buffer: (id: number) => Buffer): boolean {
  if (!contraction || contraction.isConstant) return contraction !== null;
  const { columns, shared, data } = contraction;
  return columns.length > 0 && shared.length === 0 && buffer(data.buffer).shape.length >= 4;
}

function followsBlocks(index: IndexExpr, size: number): boolean {
  const affine = affineOf(index);
  if (!affine || affine.constant % size !== 0) return false;
  const [factor, second] = [...affine.coefficients.values()];
  return second === undefined && (factor === undefined || factor === 1);
}

/** The indices of the last dim in all accesses of a stage to a buffer. */
function channelIndices(stage: ComputeStage, buffer: number): readonly IndexExpr[] {
  const indices = stage.output === buffer ? [stage.store.at(-1) as IndexExpr] : [];
  walk(stage.body, (expr) => {
    if (expr.kind === 'load' && expr.buffer === buffer) indices.push(expr.indices.at(-1) as IndexExpr);
  });
  return indices;
}

function widestHalo(buffer: Buffer, stages: readonly ComputeStage[], uses: Uses, target: CpuTarget): Halo {
  const halo = buffer.shape.map((): [number, number] => [0, 0]);
  const widen = (wanted: Halo | null): void => {
    wanted?.forEach(([before, after], dim) => {
      const [low, high] = halo[dim] as [number, number];
      halo[dim] = [Math.max(low, before), Math.max(high, after)];
    });
  };
  for (const stage of stages) {
    walk(stage.body, (expr) => {
      if (expr.kind === 'guard') widen(haloOf(expr, buffer));
    });
    const contraction = matchContraction(stage, uses.buffer);
    if (contraction?.data.buffer === buffer.id) widen(winogradHalo(contraction, uses.buffer, target));
  }
  return halo;
}

/** The halo under which a guard on a plain load of `buffer` is not needed, or null where no halo helps. */
function haloOf(expr: StageExpr & { readonly kind: 'guard' }, buffer: Buffer): Halo | null {
  const { body, otherwise } = expr;
  if (body.kind !== 'load' || body.buffer !== buffer.id || otherwise.kind !== 'constant' || Number(otherwise.value) !== 0) return null;
  const halo = buffer.shape.map((): [number, number] => [0, 0]);
  for (const { index, extent } of expr.conditions) {
    const dim = body.indices.findIndex((other) => indexKey(other) === indexKey(index));
    const { low, high } = rangeOf(index);
    if (dim < 0 || extent !== buffer.shape[dim] || !affineOf(index)) return null;
    halo[dim] = [Math.max(0, -low), Math.max(0, high - extent + 1)];
  }
  return halo.every(([before, after]) => before <= WIDEST_HALO && after <= WIDEST_HALO) ? halo : null;
}

function dropGuards(body: StageExpr, bufferOf: (id: number) => Buffer): StageExpr {
  return mapExpression(body, (expr) => {
    if (expr.kind !== 'guard' || expr.body.kind !== 'load') return expr;
    const buffer = bufferOf(expr.body.buffer);
    const needed = haloOf(expr, buffer);
    const covered = needed?.every(([before, after], dim) => {
      const [low, high] = buffer.layout.halo[dim] as readonly [number, number];
      return before <= low && after <= high;
    });
    return covered ? expr.body : expr;
  });
}

/** A contraction that pads a buffer which cannot have a halo (an input, say) reads a copy that can. */
function copyPaddedInputs(program: Program): Program {
  const buffers = [...program.buffers];
  const bufferOf = (id: number): Buffer => buffers[id] as Buffer;
  const packed = packedBuffers(program);
  const copies = new Map<number, number>();
  const needsCopy = ({ buffer, conditions }: Operand): boolean =>
    conditions.length > 0 && (bufferOf(buffer).kind !== 'scratch' || packed.has(buffer));
  const steps = mapStages(program.steps, (stage) => {
    const contraction = matchContraction(stage, bufferOf);
    if (!contraction) return [stage];
    const sources = new Set([contraction.data, contraction.weights].filter(needsCopy).map(({ buffer }) => buffer));
    const copied: Stage[] = [];
    const replacements = new Map<number, number>();
    for (const id of sources) {
      const source = bufferOf(id);
      const known = copies.get(id);
      const copy = known ?? buffers.length;
      if (known === undefined) {
        buffers.push({ ...source, id: copy, kind: 'scratch', name: `${source.name}_padded` });
        copied.push(copyStage(source, copy));
      }
      // A copy made inside control flow is not there outside of it, so only inputs are copied once for all.
      if (source.kind === 'input') copies.set(id, copy);
      replacements.set(id, copy);
    }
    return [...copied, readingFrom(contraction.stage, replacements)];
  });
  return { ...program, buffers, steps };
}

function readingFrom(stage: ComputeStage, replacements: ReadonlyMap<number, number>): ComputeStage {
  if (replacements.size === 0) return stage;
  const replace = (expr: StageExpr): StageExpr => {
    const buffer = expr.kind === 'load' ? replacements.get(expr.buffer) : undefined;
    return expr.kind === 'load' && buffer !== undefined ? { ...expr, buffer } : expr;
  };
  return { ...stage, body: mapExpression(stage.body, replace) };
}

function copyStage(source: Buffer, output: number): ComputeStage {
  const axes = source.shape.map((extent, dim): Axis => ({ name: `p${dim}`, extent }));
  const indices = axes.map(axisIndex);
  return {
    kind: 'compute',
    name: `${source.name}_pad`,
    output,
    axes,
    store: indices,
    body: { kind: 'load', type: source.type, buffer: source.id, indices },
  };
}

function collectUses(program: Program): Uses {
  const stages = new Map<number, ComputeStage[]>();
  const touchedBy = new Map<ComputeStage, ReadonlySet<number>>();
  mapStages(program.steps, (stage) => {
    if (stage.kind !== 'compute') return [stage];
    const touched = new Set([stage.output]);
    walk(stage.body, (expr) => {
      if (expr.kind === 'load') touched.add(expr.buffer);
    });
    touchedBy.set(stage, touched);
    for (const buffer of touched) stages.set(buffer, [...(stages.get(buffer) ?? []), stage]);
    return [stage];
  });
  return { stages, touched: touchedBy, packed: packedBuffers(program), buffer: (id) => program.buffers[id] as Buffer };
}

function packedBuffers(program: Program): ReadonlySet<number> {
  const packed = new Set<number>();
  const visit = (steps: readonly ProgramStep[]): void => {
    for (const step of steps) {
      if (step.kind === 'stage') for (const buffer of wholeBuffers(step.stage)) packed.add(buffer);
      if (step.kind === 'branch') step.branches.forEach(visit);
      if (step.kind === 'while') [step.test, step.body].forEach(visit);
      if (step.kind === 'repeat') visit(step.body);
    }
  };
  visit(program.steps);
  return packed;
}

function wholeBuffers(stage: Stage): readonly number[] {
  switch (stage.kind) {
    case 'compute':
      return [];
    case 'sort':
      return [...stage.inputs, ...stage.outputs];
    case 'top_k':
      return [stage.input, stage.values, stage.indices];
    case 'cumulative':
      return [stage.input, stage.output];
    case 'scatter': {
      const read: number[] = [stage.output];
      walk(stage.body, (expr) => {
        if (expr.kind === 'load') read.push(expr.buffer);
      });
      return read;
    }
    case 'random_bits':
      return [stage.key, stage.output];
    default:
      return stage satisfies never;
  }
}

/** The steps with each stage replaced by others. */
function mapStages(steps: readonly ProgramStep[], replace: (stage: Stage) => readonly Stage[]): readonly ProgramStep[] {
  return steps.flatMap((step): readonly ProgramStep[] => {
    switch (step.kind) {
      case 'stage':
        return replace(step.stage).map((stage) => ({ kind: 'stage', stage }));
      case 'branch':
        return [{ ...step, branches: step.branches.map((branch) => mapStages(branch, replace)) }];
      case 'while':
        return [{ ...step, test: mapStages(step.test, replace), body: mapStages(step.body, replace) }];
      case 'repeat':
        return [{ ...step, body: mapStages(step.body, replace) }];
      default:
        return step satisfies never;
    }
  });
}
