// The schedule of stages that are not one expression per element.
import type { Schedule } from '../scheduled.ts';
import { scheduleCumulative } from './cumulative.ts';
import { scheduleRandomBits } from './random-bits.ts';
import { scheduleScatter } from './scatter.ts';
import { scheduleSort } from './sort.ts';
import { scheduleTopK } from './top-k.ts';

export const scheduleLibrary: Schedule = (stage, context) => {
  switch (stage.kind) {
    case 'compute':
      return null;
    case 'sort':
      return scheduleSort(stage, context);
    case 'top_k':
      return scheduleTopK(stage, context);
    case 'cumulative':
      return scheduleCumulative(stage, context);
    case 'scatter':
      return scheduleScatter(stage, context);
    case 'random_bits':
      return scheduleRandomBits(stage, context);
    default:
      return stage satisfies never;
  }
};
