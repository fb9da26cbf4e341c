// What a compiled model offers to a program that handles any model. C and C++.
#ifndef KERASC_MODEL_H
#define KERASC_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KERASC_ABI_VERSION 1

typedef struct kerasc_tensor {
  // UTF-8, as in the Keras model.
  const char* name;
  // bool, i8, u8, i16, u16, i32, u32, i64, u64, f16, bf16, f32 or f64.
  const char* type;
  int32_t rank;
  const int64_t* shape;
  size_t bytes;
} kerasc_tensor;

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
} kerasc_model_api;

// Shared libraries built by kerasc export this symbol.
typedef const kerasc_model_api* (*kerasc_model_v1_function)(void);

#ifdef __cplusplus
}
#endif

#endif
