// The public header of a model and the C++ file that describes the model to the code in native/.
import { entriesOf, type KernelModule, type ModuleEntry, type StateSlot, stateBytes, type TensorSlot } from '../../module.ts';
import type { InstructionSet } from './instruction-sets.ts';
import { lineComment, stringLiteral } from './names.ts';
import type { VariantNames } from './variant.ts';

export interface LibraryVariant {
  readonly set: InstructionSet;
  readonly names: VariantNames;
}

/** The C API: the functions of `kerasc_model.h` under the model's own name. */
export function printHeader(prefix: string, module: KernelModule): string {
  // Not the guard of kerasc_model.h, whatever the model is called.
  const guard = `KERASC_COMPILED_${prefix.toUpperCase()}_H`;
  const upper = prefix.toUpperCase();
  const [first] = entriesOf(module) as [ModuleEntry];
  return `${lineComment(`Model ${JSON.stringify(module.name)}, compiled by kerasc. C and C++.`)}
#ifndef ${guard}
#define ${guard}

#include "kerasc_model.h"

${describeEntries(module)}

#define ${upper}_INPUT_COUNT ${first.inputs.length}
#define ${upper}_OUTPUT_COUNT ${first.outputs.length}
#define ${upper}_WEIGHTS_BYTES ${module.weights.byteLength}
#define ${upper}_ARENA_BYTES ${module.arenaBytes}

#ifdef __cplusplus
extern "C" {
#endif

// A model ready to run, or NULL: ${prefix}_error() says why. \`weights\` are the bytes of weights.safetensors or its data alone.
// They are used in place if they start at a multiple of 64 bytes (8 + header for a whole file), else copied; keep them until destroy.
kerasc_model* ${prefix}_create(const void* weights, size_t bytes, int threads);

// Computes outputs from inputs, each row-major and packed as the tables say. One call at a time per model. Returns 0.
int ${prefix}_run(kerasc_model* model, const void* const* inputs, void* const* outputs);
${module.entries || module.states ? declareStateful(prefix) : ''}
void ${prefix}_destroy(kerasc_model* model);

// Why the last ${prefix}_create on this thread failed.
const char* ${prefix}_error(void);

// Names, shapes, sizes, and the functions above, for programs that handle any model.
const kerasc_model_api* ${prefix}_api(void);

#ifdef __cplusplus
}
#endif

#endif
`;
}

const declareStateful = (prefix: string): string => `
// Runs an entry point by its number; \`${prefix}_run\` runs number 0.
int ${prefix}_run_entry(kerasc_model* model, int entry, const void* const* inputs, void* const* outputs);

// The memory of the states, zero until the caller fills it: each row-major, where the table in ${prefix}_api() says.
void* ${prefix}_states(kerasc_model* model);
`;

function describeEntries(module: KernelModule): string {
  const entries = entriesOf(module);
  return entries
    .flatMap(({ name, inputs, outputs }, position) => [
      ...(module.entries ? [lineComment(`Entry ${position}: ${name}`)] : []),
      describe('Inputs', inputs),
      describe('Outputs', outputs),
    ])
    .join('\n');
}

function describe(title: string, slots: readonly TensorSlot[]): string {
  return [
    `// ${title}:`,
    ...slots.map((slot, position) =>
      lineComment(`  ${position}: ${slot.name}, ${slot.type} (${slot.shape.join(', ')}), ${slot.bytes} bytes`),
    ),
  ].join('\n');
}

/** Tables, the choice of a variant, and the functions that the header declares. */
export function printLibrary(prefix: string, module: KernelModule, variants: readonly LibraryVariant[], arenaBytes: number): string {
  const entries = entriesOf(module);
  const [first] = entries as [ModuleEntry];
  const states = module.states ?? [];
  return `${lineComment(`Model ${JSON.stringify(module.name)}: its description, and the choice among ${variants.length} variants.`)}
#include "${prefix}.h"
#include "kerasc_runtime.h"

${variants.map(printDeclaration).join('\n')}

namespace {

${variants.map(printSupport).join('\n')}

${entries.map(({ inputs, outputs }, position) => [printSlots(`inputs${suffix(position)}`, inputs), printSlots(`outputs${suffix(position)}`, outputs)].join('\n\n')).join('\n\n')}

const kerasc_entry entries[] = {
${entries.map(printEntry).join('\n')}
};

${printStates(states)}

// Best first.
const kerasc_candidate candidates[] = {
${variants.map(printCandidate).join('\n')}
};

kerasc_model* create(const void* weights, size_t bytes, int threads, const char* variant);

const kerasc_model_api api = {
    KERASC_ABI_VERSION, ${stringLiteral(module.name)}, ${first.inputs.length}, ${first.outputs.length}, ${nameOrNull('inputs', first.inputs)}, ${nameOrNull('outputs', first.outputs)},
    ${module.weights.byteLength}, ${arenaBytes}, create, kerasc_run, kerasc_destroy, kerasc_error, kerasc_variant_name,
    ${entries.length}, entries, ${states.length}, ${nameOrNull('states', states)}, ${stateBytes(module)}, kerasc_run_entry, kerasc_states, kerasc_set_states};

kerasc_model* create(const void* weights, size_t bytes, int threads, const char* variant) {
  return kerasc_create(&api, candidates, sizeof candidates / sizeof candidates[0], weights, bytes, threads, variant);
}

}  // namespace

kerasc_model* ${prefix}_create(const void* weights, size_t bytes, int threads) { return create(weights, bytes, threads, nullptr); }
int ${prefix}_run(kerasc_model* model, const void* const* inputs, void* const* outputs) { return kerasc_run(model, inputs, outputs); }
${module.entries || module.states ? defineStateful(prefix) : ''}void ${prefix}_destroy(kerasc_model* model) { kerasc_destroy(model); }
const char* ${prefix}_error(void) { return kerasc_error(); }
const kerasc_model_api* ${prefix}_api(void) { return &api; }

#if defined(KERASC_SHARED)
// The one name under which a program finds whatever model a shared library holds.
extern "C" KERASC_EXPORT const kerasc_model_api* kerasc_model_v1(void) { return &api; }
#endif
`;
}

const guarded = (set: InstructionSet, text: string): string => (set.guard ? `#if ${set.guard}\n${text}\n#endif` : text);

const printDeclaration = ({ set, names }: LibraryVariant): string =>
  guarded(set, `extern const kerasc_variant ${names.namespace}_variant;`);

const printSupport = ({ set, names }: LibraryVariant): string => guarded(set, `bool has_${names.namespace}() { return ${set.supported}; }`);

const printCandidate = ({ set, names }: LibraryVariant): string =>
  guarded(set, `    {&${names.namespace}_variant, has_${names.namespace}},`);

const defineStateful = (prefix: string): string =>
  `int ${prefix}_run_entry(kerasc_model* model, int entry, const void* const* inputs, void* const* outputs) { return kerasc_run_entry(model, entry, inputs, outputs); }
void* ${prefix}_states(kerasc_model* model) { return kerasc_states(model); }
`;

/** Tables of entries but the first are numbered. */
const suffix = (position: number): string => (position === 0 ? '' : `_of_${position}`);

const printEntry = ({ name, inputs, outputs }: ModuleEntry, position: number): string =>
  `    {${stringLiteral(name)}, ${inputs.length}, ${outputs.length}, ${nameOrNull(`inputs${suffix(position)}`, inputs)}, ${nameOrNull(`outputs${suffix(position)}`, outputs)}},`;

function printStates(states: readonly StateSlot[]): string {
  if (states.length === 0) return '// No states.';
  const rows = states.map((slot, position) => `    {${printSlot('states', slot, position)}, ${slot.offset}},`);
  return [...printShapes('states', states), 'const kerasc_state states[] = {', ...rows, '};'].join('\n');
}

const nameOrNull = (name: string, slots: readonly TensorSlot[]): string => (slots.length ? name : 'nullptr');

function printSlots(name: string, slots: readonly TensorSlot[]): string {
  if (slots.length === 0) return `// No ${name}.`;
  const rows = slots.map((slot, position) => `    ${printSlot(name, slot, position)},`);
  return [...printShapes(name, slots), `const kerasc_tensor ${name}[] = {`, ...rows, '};'].join('\n');
}

const printShapes = (name: string, slots: readonly TensorSlot[]): string[] =>
  slots.flatMap(({ shape }, position) => (shape.length ? [`const int64_t ${name}_${position}_shape[] = {${shape.join(', ')}};`] : []));

function printSlot(name: string, { name: slot, type, shape, bytes }: TensorSlot, position: number): string {
  return `{${stringLiteral(slot)}, ${stringLiteral(type)}, ${shape.length}, ${shape.length ? `${name}_${position}_shape` : 'nullptr'}, ${bytes}}`;
}
