// Puts flat stages over the same arrays together, so that one loop reads each array once: an optimizer's update of a weight and of what
// it keeps beside it, or the chains of a gradient.
import type { Buffer, ProgramStep } from '../../stage/stage.ts';
import { accessOf, type StepAccess } from '../../stage/step-access.ts';
import { type FlatStage, matchFlat } from './match.ts';

/** A step, or stages to be computed together, in their order. */
export type GroupedStep =
  | { readonly kind: 'step'; readonly step: ProgramStep }
  | { readonly kind: 'flat'; readonly stages: readonly FlatStage[] };

interface Item {
  readonly steps: readonly ProgramStep[];
  /** None for other steps. */
  readonly flat: readonly FlatStage[];
  readonly access: StepAccess;
}

/** More stages would need more registers than there are. */
const MOST_STAGES = 8;
/** So far back a stage looks for others. */
const LOOK_BACK = 48;

/** The same work in an order in which stages of a group follow each other. */
export function groupFlatStages(steps: readonly ProgramStep[], bufferOf: (id: number) => Buffer): GroupedStep[] {
  const items: Item[] = [];
  for (const step of steps) {
    const flat = step.kind === 'stage' ? matchFlat(step.stage, bufferOf) : null;
    const item: Item = { steps: [step], flat: flat ? [flat] : [], access: accessOf(step) };
    if (!flat || !join(items, item, flat)) items.push(item);
  }
  return items.map(({ steps: [step], flat }) =>
    flat.length > 0 ? { kind: 'flat', stages: flat } : { kind: 'step', step: step as ProgramStep },
  );
}

/** Adds the stage to a group before it: the stage moves up to the group, or the group down to the stage. */
function join(items: Item[], item: Item, flat: FlatStage): boolean {
  const reads = new Set<number>();
  const writes = new Set<number>();
  for (let index = items.length - 1; index >= Math.max(0, items.length - LOOK_BACK); index--) {
    const candidate = items[index] as Item;
    if (canShareLoop(candidate, item, flat)) {
      const joined: Item = {
        steps: [...candidate.steps, ...item.steps],
        flat: [...candidate.flat, flat],
        access: union(candidate.access, item.access),
      };
      if (isFree(item.access, reads, writes)) {
        items[index] = joined;
        return true;
      }
      if (isFree(candidate.access, reads, writes)) {
        items.splice(index, 1);
        items.push(joined);
        return true;
      }
    }
    for (const buffer of candidate.access.reads) reads.add(buffer);
    for (const buffer of candidate.access.writes) writes.add(buffer);
  }
  return false;
}

function canShareLoop({ flat: group, access }: Item, { access: own }: Item, flat: FlatStage): boolean {
  const [first] = group;
  if (!first || group.length >= MOST_STAGES || first.elements !== flat.elements) return false;
  const uniform = new Set(group.flatMap((each) => [...each.uniform]));
  if (meet(uniform, own.writes) || meet(flat.uniform, access.writes) || meet(access.writes, own.writes)) return false;
  // Single numbers that both read are no reason.
  const arrays = (ids: ReadonlySet<number>, but: ReadonlySet<number>): Set<number> => new Set([...ids].filter((id) => !but.has(id)));
  const touched = new Set([...arrays(access.reads, uniform), ...access.writes]);
  return meet(touched, arrays(own.reads, flat.uniform)) || meet(touched, own.writes);
}

/** Whether a step may change places with others that read and write these buffers. */
const isFree = (access: StepAccess, reads: ReadonlySet<number>, writes: ReadonlySet<number>): boolean =>
  !meet(access.reads, writes) && !meet(access.writes, writes) && !meet(access.writes, reads);

const union = (a: StepAccess, b: StepAccess): StepAccess => ({
  reads: new Set([...a.reads, ...b.reads]),
  writes: new Set([...a.writes, ...b.writes]),
});

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
