// From names, configs and maps to dtype policies.
import { quote, ValueError } from '../../errors/index.ts';
import { floatx } from './backend-config.ts';
import { DTypePolicy, dtypePolicy, type SerializedPolicy, setGlobalPolicy } from './dtype-policy-base.ts';
import {
  AWQDTypePolicy,
  GPTQDTypePolicy,
  Int4DTypePolicy,
  isQuantizedName,
  QuantizedDTypePolicy,
  QuantizedFloat8DTypePolicy,
} from './dtype-policy-quantized.ts';

export { DTypePolicy, dtypePolicy, type SerializedPolicy } from './dtype-policy-base.ts';

export type PolicyLike = string | DTypePolicy | { readonly class_name: string; readonly config: Readonly<Record<string, unknown>> };

/** The policy of losses and metrics, which do not follow the global one: the default float type unless they are given another. */
export const toFloatPolicy = (value: PolicyLike | null | undefined): DTypePolicy => toPolicy(value ?? floatx());

/** Sets it, as `keras.config.set_dtype_policy`. */
export function setDtypePolicy(policy: PolicyLike): void {
  setGlobalPolicy(toPolicy(policy));
}

/** The policy that a layer's `dtype` argument or config stands for. */
export function toPolicy(value: PolicyLike | null | undefined): DTypePolicy {
  if (value === undefined || value === null) return dtypePolicy();
  if (value instanceof DTypePolicy) return value;
  if (typeof value === 'string') return isQuantizedName(value) ? quantizedPolicy(value) : new DTypePolicy(value);
  return policyOfConfig(value.class_name, value.config);
}

/** `int8_from_float32`, `int4/128_from_mixed_bfloat16`. */
function quantizedPolicy(name: string): DTypePolicy {
  const [mode, source, ...rest] = name.split('_from_');
  if (mode === undefined || source === undefined || rest.length > 0) {
    throw new ValueError(
      `Cannot convert \`policy\` into a valid pair (\`mode\`, \`source_name\`) to instantiate \`QuantizedDTypePolicy\`. Received: policy=${name}`,
      { code: 'dtype-policy' },
    );
  }
  if (mode.startsWith('int4/')) return new Int4DTypePolicy(mode, source);
  if (mode.startsWith('gptq')) return new GPTQDTypePolicy(mode, source);
  if (mode.startsWith('awq')) return new AWQDTypePolicy(mode, source);
  return mode.startsWith('float8') ? new QuantizedFloat8DTypePolicy(mode, source) : new QuantizedDTypePolicy(mode, source);
}

function policyOfConfig(className: string, config: Readonly<Record<string, unknown>>): DTypePolicy {
  const text = (key: string): string | null => (typeof config[key] === 'string' ? config[key] : null);
  const mode = text('mode') ?? '';
  const source = text('source_name');
  switch (className) {
    // `Policy` is what Keras 2 called it.
    case 'DTypePolicy':
    case 'FloatDTypePolicy':
    case 'Policy':
      return toPolicy(text('name'));
    case 'QuantizedDTypePolicy':
      return new QuantizedDTypePolicy(mode, source);
    case 'Int4DTypePolicy':
      return new Int4DTypePolicy(mode, source);
    case 'QuantizedFloat8DTypePolicy':
      return new QuantizedFloat8DTypePolicy(mode, source, (config['amax_history_length'] as number | undefined) ?? 1024);
    case 'GPTQDTypePolicy':
      return new GPTQDTypePolicy(mode, source);
    case 'AWQDTypePolicy':
      return new AWQDTypePolicy(mode, source);
    case 'DTypePolicyMap':
      return new DTypePolicyMap(config['default_policy'] as PolicyLike | null, config['policy_map'] as Record<string, PolicyLike> | null);
    default:
      throw new ValueError(`Cannot interpret \`dtype\` argument. Received: dtype=${quote({ class_name: className, config })}`, {
        code: 'dtype-policy',
      });
  }
}

/** Policies by the paths of layers; paths may be regular expressions. Layers that none fits have the default. */
export class DTypePolicyMap extends DTypePolicy {
  readonly defaultPolicy: DTypePolicy;
  readonly #given: PolicyLike | null;
  readonly #policies = new Map<string, DTypePolicy>();

  constructor(defaultPolicy: PolicyLike | null = null, policyMap: Readonly<Record<string, PolicyLike>> | null = null) {
    if (defaultPolicy instanceof DTypePolicyMap) {
      throw new ValueError('`default_policy` cannot be a `DTypePolicyMap`.', { code: 'dtype-policy' });
    }
    const policy = toPolicy(defaultPolicy);
    super(`map_${policy.name}`, policy.sourceName);
    this.defaultPolicy = policy;
    this.#given = defaultPolicy;
    for (const [path, each] of Object.entries(policyMap ?? {})) this.set(path, each);
  }

  get size(): number {
    return this.#policies.size;
  }

  /** Gives a path, or a regular expression of paths, its policy. */
  set(path: string, policy: PolicyLike): void {
    if (this.#policies.has(path)) {
      throw new ValueError(
        `${path} already exist in the DTypePolicyMap with value ${this.#policies.get(path)?.name}. Please make sure to not use duplicated keys.`,
        { code: 'dtype-policy' },
      );
    }
    this.#policies.set(path, toPolicy(policy));
  }

  delete(path: string): boolean {
    return this.#policies.delete(path);
  }

  has(path: string): boolean {
    return this.#policies.has(path);
  }

  override forPath(path: string): DTypePolicy {
    const exact = this.#policies.get(path);
    if (exact) return exact;
    const fitting = [...this.#policies.keys()].filter((pattern) => new RegExp(`^(?:${pattern})$`).test(path));
    if (fitting.length > 1) {
      throw new ValueError(
        `Path '${path}' matches multiple dtype policy specification keys: ${quote(fitting)}. Please make sure each path only matches at most ` +
          'one dtype policy specification key in the DTypePolicyMap.',
        { code: 'dtype-policy' },
      );
    }
    return fitting.length === 1 ? (this.#policies.get(fitting[0] as string) as DTypePolicy) : this.defaultPolicy;
  }

  override serialize(): SerializedPolicy {
    const given = this.#given;
    const config = {
      default_policy: given instanceof DTypePolicy ? given.serialize() : given,
      policy_map: Object.fromEntries([...this.#policies].map(([path, policy]) => [path, policy.serialize()])),
    };
    return { module: 'keras.dtype_policies', class_name: 'DTypePolicyMap', config, registered_name: null };
  }
}
