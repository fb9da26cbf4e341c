// The dtype policy that every layer has, and the one that layers have which are given none.
import { quote, ValueError } from '../../errors/index.ts';
import { type DType, isDType } from '../../ir/dtype.ts';
import { floatx } from './backend-config.ts';

export interface SerializedPolicy {
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name: string | null;
}

/** The ways in which Keras quantizes. */
export type QuantizationMode = 'int8' | 'int4' | 'float8' | 'gptq' | 'awq';

/** `float32`, ..., or `mixed_float16` and `mixed_bfloat16`: computes in 16 bits, keeps weights in 32. */
export class DTypePolicy {
  readonly name: string;
  /** The policy without quantization. */
  readonly sourceName: string;
  readonly computeDtype: DType;
  readonly variableDtype: DType;
  readonly quantizationMode: QuantizationMode | null = null;

  constructor(name?: string | null, sourceName: string = name ?? dtypePolicy().name) {
    const compute = sourceName.startsWith('mixed_') ? sourceName.slice('mixed_'.length) : sourceName;
    const mixed = compute !== sourceName;
    if (!isDType(compute) || (mixed && compute !== 'float16' && compute !== 'bfloat16')) {
      throw new ValueError(
        `Cannot convert ${quote(sourceName)} to a mixed precision DTypePolicy. Valid policies include a dtype name, 'mixed_float16' and 'mixed_bfloat16'.`,
        { code: 'dtype-policy' },
      );
    }
    this.name = name ?? sourceName;
    this.sourceName = sourceName;
    this.computeDtype = compute;
    this.variableDtype = mixed ? 'float32' : compute;
  }

  /** The policy of the layer at this path; only a map tells layers apart. */
  forPath(_path: string): DTypePolicy {
    return this;
  }

  serialize(): SerializedPolicy {
    return { module: 'keras', class_name: 'DTypePolicy', config: { name: this.name }, registered_name: null };
  }
}

let globalPolicy: DTypePolicy | undefined;

/** The policy of layers that are given none. */
export const dtypePolicy = (): DTypePolicy => globalPolicy ?? new DTypePolicy(floatx());

/** Sets the policy of layers that are given none. */
export function setGlobalPolicy(policy: DTypePolicy): void {
  globalPolicy = policy;
}
