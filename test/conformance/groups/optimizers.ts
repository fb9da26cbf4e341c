// Replays learning-rate schedules.
import type { optimizers } from '../../../compiler/index.ts';
import type { Case, Json } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';

export function runSchedule(item: Case, _context: GroupContext): void {
  const schedule = deserialize(item['config'] as Json) as optimizers.schedules.LearningRateSchedule;
  const rates = (item['steps'] as readonly number[]).map((step) => Number(schedule(step).item()));
  throwIfAny(differences(rates, item['values'], closenessFor(item)));
}
