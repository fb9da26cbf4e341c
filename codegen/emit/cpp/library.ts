// The public header of a model and the C++ file that describes the model to the code in native/.
import type { KernelModule, TensorSlot } from '../../module.ts';
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
  return `${lineComment(`Model ${JSON.stringify(module.name)}, compiled by kerasc. C and C++.`)}
#ifndef ${guard}
#define ${guard}

#include "kerasc_model.h"

${describe('Inputs', module.inputs)}
${describe('Outputs', module.outputs)}

#define ${upper}_INPUT_COUNT ${module.inputs.length}
#define ${upper}_OUTPUT_COUNT ${module.outputs.length}
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
  return `${lineComment(`Model ${JSON.stringify(module.name)}: its description, and the choice among ${variants.length} variants.`)}
#include "${prefix}.h"
#include "kerasc_runtime.h"

${variants.map(printDeclaration).join('\n')}

namespace {

${variants.map(printSupport).join('\n')}

${printSlots('inputs', module.inputs)}

${printSlots('outputs', module.outputs)}

// Best first.
const kerasc_candidate candidates[] = {
${variants.map(printCandidate).join('\n')}
};

kerasc_model* create(const void* weights, size_t bytes, int threads, const char* variant);

const kerasc_model_api api = {
    KERASC_ABI_VERSION, ${stringLiteral(module.name)}, ${module.inputs.length}, ${module.outputs.length}, ${nameOrNull('inputs', module.inputs)}, ${nameOrNull('outputs', module.outputs)},
    ${module.weights.byteLength}, ${arenaBytes}, create, kerasc_run, kerasc_destroy, kerasc_error, kerasc_variant_name};

kerasc_model* create(const void* weights, size_t bytes, int threads, const char* variant) {
  return kerasc_create(&api, candidates, sizeof candidates / sizeof candidates[0], weights, bytes, threads, variant);
}

}  // namespace

kerasc_model* ${prefix}_create(const void* weights, size_t bytes, int threads) { return create(weights, bytes, threads, nullptr); }
int ${prefix}_run(kerasc_model* model, const void* const* inputs, void* const* outputs) { return kerasc_run(model, inputs, outputs); }
void ${prefix}_destroy(kerasc_model* model) { kerasc_destroy(model); }
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

const nameOrNull = (name: string, slots: readonly TensorSlot[]): string => (slots.length ? name : 'nullptr');

function printSlots(name: string, slots: readonly TensorSlot[]): string {
  if (slots.length === 0) return `// No ${name}.`;
  const shapes = slots.flatMap((slot, position) =>
    slot.shape.length ? [`const int64_t ${name}_${position}_shape[] = {${slot.shape.join(', ')}};`] : [],
  );
  const rows = slots.map((slot, position) => {
    const shape = slot.shape.length ? `${name}_${position}_shape` : 'nullptr';
    return `    {${stringLiteral(slot.name)}, ${stringLiteral(slot.type)}, ${slot.shape.length}, ${shape}, ${slot.bytes}},`;
  });
  return [...shapes, `const kerasc_tensor ${name}[] = {`, ...rows, '};'].join('\n');
}
