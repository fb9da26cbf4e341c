// Adds up the cotangents of a tensor that several applications read.
import type { NodeOf } from '../ir/graph.ts';
import { lax } from '../trace/lax.ts';
import type { Tensor } from '../trace/tensor.ts';

/**
 * The sum of one or more tensors of one type. Parts that lie side by side in zeros, as the cotangents of slices do, are joined
 * instead: the gates of a recurrent cell, or the heads of an attention, come back as one tensor without an addition.
 */
export function sumCotangents(list: readonly Tensor[]): Tensor {
  return joinParts(list).reduce((sum, cotangent) => lax.add(sum, cotangent));
}

/** A tensor that is zero but for a range of one axis. */
interface Part {
  readonly inner: Tensor;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

function joinParts(list: readonly Tensor[]): Tensor[] {
  const parts = list.map(partOf);
  const others = list.filter((_, index) => !parts[index]);
  const ranges = parts.filter((part) => part !== undefined).sort((a, b) => a.axis - b.axis || a.start - b.start);
  const runs: Part[][] = [];
  for (const part of ranges) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last?.axis === part.axis && last.end === part.start) run.push(part);
    else runs.push([part]);
  }
  const shape = list[0]?.shape ?? [];
  return [...others, ...runs.map((run) => placed(run, shape))];
}

/** What a `pad` with zeros along one axis is made of. */
function partOf({ source, shape }: Tensor): Part | undefined {
  if (source.kind !== 'result' || source.application.op !== 'pad') return undefined;
  const { params, inputs } = source.application as unknown as {
    readonly params: NodeOf<'pad'>['params'];
    readonly inputs: readonly Tensor[];
  };
  const { low, high, interior } = params;
  const moved = shape.flatMap((_, axis) => (low[axis] !== 0 || high[axis] !== 0 || interior[axis] !== 0 ? [axis] : []));
  const [axis] = moved;
  if (moved.length !== 1 || axis === undefined || !isZero(inputs[1] as Tensor)) return undefined;
  const [before, after] = [low[axis] as number, high[axis] as number];
  if (before < 0 || after < 0 || interior[axis] !== 0) return undefined;
  return { inner: inputs[0] as Tensor, axis, start: before, end: (shape[axis] as number) - after };
}

function isZero({ source }: Tensor): boolean {
  if (source.kind === 'data') return source.value.data.every((element) => Number(element) === 0);
  if (source.kind !== 'result' || source.application.op !== 'constant') return false;
  const { value } = source.application.params as NodeOf<'constant'>['params'];
  return value.data.every((element) => Number(element) === 0);
}

/** Neighbours as one tensor, with zeros around it where they do not fill the axis. */
function placed(run: readonly Part[], shape: readonly number[]): Tensor {
  const [first, last] = [run[0] as Part, run.at(-1) as Part];
  const { axis } = first;
  const joined =
    run.length === 1
      ? first.inner
      : lax.concatenate(
          run.map(({ inner }) => inner),
          axis,
        );
  const at = (amount: number): number[] => shape.map((_, other) => (other === axis ? amount : 0));
  const rest = (shape[axis] as number) - last.end;
  return first.start === 0 && rest === 0 ? joined : lax.pad(joined, lax.scalar(0, joined.dtype), at(first.start), at(rest));
}
