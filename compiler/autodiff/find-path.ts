// Finds what lies between targets and outputs: the applications through which a change of a target reaches an output.
import { isFloat } from '../ir/dtype.ts';
import { PRIMITIVES } from '../ir/primitives/index.ts';
import type { Application, Tensor } from '../trace/tensor.ts';

/** What the walk needs to know about the targets. */
export interface Targets {
  has(tensor: Tensor): boolean;
  /** What this tensor was made of does not count: it has been assigned to a variable that is a target. */
  isEnd(tensor: Tensor): boolean;
}

export interface Path {
  /** Applications in the order in which their values can be computed. */
  readonly applications: readonly Application[];
  /** The tensors that depend smoothly on a target, targets included. */
  readonly active: ReadonlySet<Tensor>;
}

/** Walks back from the outputs with a stack of its own: a training loop can make chains longer than the call stack. */
export function findPath(outputs: readonly Tensor[], targets: Targets): Path {
  const active = new Set<Tensor>();
  const finished = new Set<Tensor>();
  const applications: Application[] = [];
  const finish = (tensor: Tensor): void => {
    finished.add(tensor);
    if (targets.has(tensor) && isFloat(tensor.dtype)) active.add(tensor);
  };
  const stack: Tensor[] = [...outputs];
  while (stack.length > 0) {
    const tensor = stack[stack.length - 1] as Tensor;
    const application = finished.has(tensor) ? undefined : applicationOf(tensor, targets);
    const waiting = application?.inputs.filter((input) => !finished.has(input)) ?? [];
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    stack.pop();
    if (finished.has(tensor)) continue;
    for (const result of application?.results ?? [tensor]) finish(result);
    if (!application || !isDifferentiable(application) || !application.inputs.some((input) => active.has(input))) continue;
    applications.push(application);
    for (const result of application.results) if (isFloat(result.dtype) && !targets.isEnd(result)) active.add(result);
  }
  return { applications, active };
}

function applicationOf(tensor: Tensor, targets: Targets): Application | undefined {
  return tensor.source.kind === 'result' && !targets.isEnd(tensor) ? tensor.source.application : undefined;
}

const isDifferentiable = ({ op }: Application): boolean => PRIMITIVES[op].gradient !== 'none';
