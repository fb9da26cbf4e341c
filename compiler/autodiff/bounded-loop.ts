// The gradient of a loop that ends by a condition, after no more than a known number of rounds.
import { isFloat } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { cond, scan } from '../trace/control-flow.ts';
import { lax } from '../trace/lax.ts';
import type { Tensor } from '../trace/tensor.ts';
import type { Backward } from './attach-gradient.ts';
import { instantiate } from './nested-graphs.ts';
import { pullBack } from './pull-back.ts';

/** That of a scan over `limit` rounds, which do nothing once the condition fails. The loop runs again for it. */
export function boundedLoopGradient(condition: Graph, body: Graph, limit: number): Backward {
  return (operands, cotangents) => {
    const round = (...state: Tensor[]): Tensor[] => {
      const holds = lax.cast(instantiate(condition, state)[0] as Tensor, 'int32');
      return cond(holds, [(...kept) => kept, (...next) => instantiate(body, next)], state);
    };
    const { carry } = scan(round, { carry: operands, xs: [], length: limit });
    let next = 0;
    const ofResults = carry.map(({ dtype }) => (isFloat(dtype) ? (cotangents[next++] as Tensor) : null));
    return pullBack(carry, ofResults, operands);
  };
}
