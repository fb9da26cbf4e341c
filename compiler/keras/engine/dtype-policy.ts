// In which dtype a layer computes and in which it keeps its weights.
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import { type DType, isDType } from '../../ir/dtype.ts';
import { floatx } from './backend-config.ts';

export interface SerializedPolicy {
  readonly module: string;
  readonly class_name: string;
  readonly config: { readonly name: string };
  readonly registered_name: string | null;
}

/** `float32`, ..., or `mixed_float16` and `mixed_bfloat16`: computes in 16 bits, keeps weights in 32. */
export class DTypePolicy {
  readonly name: string;
  readonly computeDtype: DType;
  readonly variableDtype: DType;

  constructor(name: string) {
    const compute = name.startsWith('mixed_') ? name.slice('mixed_'.length) : name;
    const mixed = compute !== name;
    if (!isDType(compute) || (mixed && compute !== 'float16' && compute !== 'bfloat16')) {
      throw new ValueError(
        `Cannot convert ${quote(name)} to a mixed precision DTypePolicy. Valid policies include a dtype name, 'mixed_float16' and 'mixed_bfloat16'.`,
        { code: 'dtype-policy' },
      );
    }
    this.name = name;
    this.computeDtype = compute;
    this.variableDtype = mixed ? 'float32' : compute;
  }

  serialize(): SerializedPolicy {
    return { module: 'keras', class_name: 'DTypePolicy', config: { name: this.name }, registered_name: null };
  }
}

export type PolicyLike = string | DTypePolicy | { readonly class_name: string; readonly config: Readonly<Record<string, unknown>> };

let globalPolicy: DTypePolicy | undefined;

/** The policy of layers that are given none. */
export const dtypePolicy = (): DTypePolicy => globalPolicy ?? new DTypePolicy(floatx());

/** The policy of losses and metrics, which do not follow the global one: the default float type unless they are given another. */
export const toFloatPolicy = (value: PolicyLike | null | undefined): DTypePolicy => toPolicy(value ?? floatx());

/** Sets it, as `keras.config.set_dtype_policy`. */
export function setDtypePolicy(policy: PolicyLike): void {
  globalPolicy = toPolicy(policy);
}

/** The policy that a layer's `dtype` argument or config stands for. */
export function toPolicy(value: PolicyLike | null | undefined): DTypePolicy {
  if (value === undefined || value === null) return dtypePolicy();
  if (value instanceof DTypePolicy) return value;
  if (typeof value === 'string') return new DTypePolicy(value);
  const name = value.config['name'];
  // `Policy` is what Keras 2 called it; quantized and per-layer policies have other classes.
  if ((value.class_name !== 'DTypePolicy' && value.class_name !== 'Policy') || typeof name !== 'string') {
    throw new UnsupportedError(`The dtype policy ${value.class_name} is not supported. Received: ${quote(value)}`, {
      code: 'dtype-policy',
      cure: 'Save the model before quantizing it; kerasc quantizes when it builds.',
    });
  }
  return new DTypePolicy(name);
}
