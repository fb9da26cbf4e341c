// Creates, runs and destroys models: checks the weights, picks the variant, owns the arena and the threads.
#include "kerasc_runtime.h"

#include <stdlib.h>
#include <string.h>

struct kerasc_model {
  kerasc_frame frame;
  const kerasc_variant* variant;
  int entry_count;
  // Null where the caller keeps the states.
  void* own_states;
  // Set where the caller's weights were not aligned.
  void* weights_copy;
};

namespace {

const size_t ALIGNMENT = 64;
const size_t HEADER_SIZE_BYTES = 8;

thread_local const char* last_error = "";

kerasc_model* fail(const char* why) {
  last_error = why;
  return nullptr;
}

void* allocate(size_t bytes) {
  void* memory = nullptr;
  const size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return posix_memalign(&memory, ALIGNMENT, rounded ? rounded : ALIGNMENT) == 0 ? memory : nullptr;
}

// The data in a safetensors file, or all of it where the caller gives the data alone.
const uint8_t* find_weights(const void* weights, size_t bytes, size_t expected) {
  const uint8_t* start = static_cast<const uint8_t*>(weights);
  if (bytes == expected) return start;
  if (!start || bytes < HEADER_SIZE_BYTES + expected) return nullptr;
  uint64_t header = 0;
  for (size_t i = 0; i < HEADER_SIZE_BYTES; i++) header |= static_cast<uint64_t>(start[i]) << (8 * i);
  return header == bytes - expected - HEADER_SIZE_BYTES ? start + HEADER_SIZE_BYTES + header : nullptr;
}

const kerasc_variant* choose(const kerasc_candidate* candidates, size_t count, const char* name) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init();
#endif
  for (size_t i = 0; i < count; i++) {
    if (name && strcmp(name, candidates[i].variant->name) != 0) continue;
    if (candidates[i].is_supported()) return candidates[i].variant;
  }
  return nullptr;
}

// Zero, until the caller gives the states their first values.
bool place_states(kerasc_model* model, size_t bytes) {
  if (bytes == 0) return true;
  model->own_states = allocate(bytes);
  if (!model->own_states) return false;
  memset(model->own_states, 0, bytes);
  model->frame.states = static_cast<uint8_t*>(model->own_states);
  return true;
}

// Kernels read weights in whole cache lines: what is not aligned is copied once.
bool place_weights(kerasc_model* model, const uint8_t* weights, size_t bytes) {
  model->frame.weights = weights;
  if (bytes == 0 || reinterpret_cast<uintptr_t>(weights) % ALIGNMENT == 0) return true;
  model->weights_copy = allocate(bytes);
  if (!model->weights_copy) return false;
  memcpy(model->weights_copy, weights, bytes);
  model->frame.weights = static_cast<const uint8_t*>(model->weights_copy);
  return true;
}

}  // namespace

extern "C" kerasc_model* kerasc_create(const kerasc_model_api* api, const kerasc_candidate* candidates, size_t count, const void* weights,
                                       size_t bytes, int threads, const char* variant) {
  const uint8_t* data = find_weights(weights, bytes, api->weights_bytes);
  if (!data && api->weights_bytes > 0) return fail("the weights are not those of this model: their size differs");
  const kerasc_variant* chosen = choose(candidates, count, variant);
  if (!chosen) return fail(variant ? "this machine cannot run the variant asked for, or the library does not hold it" : "this machine can run none of the variants in the library");
  kerasc_model* model = static_cast<kerasc_model*>(calloc(1, sizeof(kerasc_model)));
  if (!model) return fail("out of memory");
  model->variant = chosen;
  model->frame.arena = static_cast<uint8_t*>(allocate(api->arena_bytes));
  model->entry_count = api->entry_count;
  if (!model->frame.arena || !place_weights(model, data, api->weights_bytes) || !place_states(model, api->states_bytes)) {
    kerasc_destroy(model);
    return fail("out of memory");
  }
  if (threads > 1) {
    model->frame.pool = kerasc_pool_create(threads);
    if (!model->frame.pool) {
      kerasc_destroy(model);
      return fail("the threads could not be started");
    }
  }
  chosen->prepare(model->frame);
  return model;
}

extern "C" int kerasc_run(kerasc_model* model, const void* const* inputs, void* const* outputs) { return kerasc_run_entry(model, 0, inputs, outputs); }

extern "C" int kerasc_run_entry(kerasc_model* model, int entry, const void* const* inputs, void* const* outputs) {
  if (entry < 0 || entry >= model->entry_count) return 1;
  kerasc_frame frame = model->frame;
  frame.inputs = reinterpret_cast<const uint8_t* const*>(inputs);
  frame.outputs = reinterpret_cast<uint8_t* const*>(outputs);
  model->variant->entries[entry](frame);
  return 0;
}

extern "C" void kerasc_destroy(kerasc_model* model) {
  if (!model) return;
  if (model->frame.pool) kerasc_pool_destroy(model->frame.pool);
  free(model->frame.arena);
  free(model->weights_copy);
  free(model->own_states);
  free(model);
}

extern "C" void* kerasc_states(kerasc_model* model) { return model->frame.states; }

extern "C" void kerasc_set_states(kerasc_model* model, void* memory) {
  free(model->own_states);
  model->own_states = nullptr;
  model->frame.states = static_cast<uint8_t*>(memory);
}

extern "C" const char* kerasc_error(void) { return last_error; }

extern "C" const char* kerasc_variant_name(const kerasc_model* model) { return model->variant->name; }
