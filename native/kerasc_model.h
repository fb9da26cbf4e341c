// What a compiled model offers to a program that handles any model. C and C++.
#ifndef KERASC_MODEL_H
#define KERASC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KERASC_ABI_VERSION 2

typedef struct kerasc_tensor {
  // UTF-8, as in the Keras model.
  const char* name;
  // bool, i8, u8, i16, u16, i32, u32, i64, u64, f16, bf16, f32 or f64.
  const char* type;
  int32_t rank;
  const int64_t* shape;
  size_t bytes;
} kerasc_tensor;

// Something that can be run. The first is what `run` runs; all share the model's memory.
typedef struct kerasc_entry {
  const char* name;
  int32_t input_count;
  int32_t output_count;
  const kerasc_tensor* inputs;
  const kerasc_tensor* outputs;
} kerasc_entry;

// A variable that runs change. Its name is its path.
typedef struct kerasc_state {
  kerasc_tensor tensor;
  // Bytes from the start of the states.
  size_t offset;
} kerasc_state;

// A model in memory, ready to run.
typedef struct kerasc_model kerasc_model;

typedef struct kerasc_model_api {
  int32_t abi_version;
  const char* name;
  int32_t input_count;
  int32_t output_count;
  const kerasc_tensor* inputs;
  const kerasc_tensor* outputs;
  size_t weights_bytes;
  // Memory that `create` takes besides the weights.
  size_t arena_bytes;
  // `variant`: NULL for the best that this machine can run. Returns NULL on failure; `error` says why.
  kerasc_model* (*create)(const void* weights, size_t bytes, int threads, const char* variant);
  int (*run)(kerasc_model* model, const void* const* inputs, void* const* outputs);
  void (*destroy)(kerasc_model* model);
  // Why the last `create` of this thread failed.
  const char* (*error)(void);
  // The variant that runs: "avx512".
  const char* (*variant)(const kerasc_model* model);
  int32_t entry_count;
  const kerasc_entry* entries;
  int32_t state_count;
  const kerasc_state* states;
  size_t states_bytes;
  // Returns 0, or 1 where there is no such entry.
  int (*run_entry)(kerasc_model* model, int entry, const void* const* inputs, void* const* outputs);
  // Memory of the states, zero until the caller fills it.
  void* (*state_memory)(kerasc_model* model);
  // Keeps the states in memory of the caller's, of `states_bytes` from a multiple of 64, which outlives the model.
  void (*set_state_memory)(kerasc_model* model, void* memory);
} kerasc_model_api;

// Shared libraries built by kerasc export this symbol.
typedef const kerasc_model_api* (*kerasc_model_v1_function)(void);

#ifdef __cplusplus
}
#endif

#endif
