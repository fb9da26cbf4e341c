// `keras.dtype_policies`: policies as objects, by name, and as configs.
import { type DTypePolicy, type PolicyLike, type SerializedPolicy, toPolicy } from '../engine/dtype-policy.ts';

export { DTypePolicy, DTypePolicy as FloatDTypePolicy, DTypePolicyMap, type PolicyLike } from '../engine/dtype-policy.ts';
export {
  AWQDTypePolicy,
  GPTQDTypePolicy,
  Int4DTypePolicy,
  QuantizedDTypePolicy,
  QuantizedFloat8DTypePolicy,
} from '../engine/dtype-policy-quantized.ts';

/** The policy that a name, a config or a policy stands for; the global one for null. */
export const get = (identifier: PolicyLike | null | undefined): DTypePolicy => toPolicy(identifier);

/** The policy as configs hold it. */
export const serialize = (policy: DTypePolicy): SerializedPolicy => policy.serialize();

/** The policy of a config. */
export const deserialize = (config: SerializedPolicy): DTypePolicy => toPolicy(config);
