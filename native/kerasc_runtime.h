// What the C++ that kerasc writes builds on: the frame of a run, variants, and the macros of emitted functions.
#ifndef KERASC_RUNTIME_H
#define KERASC_RUNTIME_H

#include "kerasc_model.h"
#include "kerasc_pool.h"

// clang knows no `noclone`, and gcc copies shared kernels for each caller without it.
#if defined(__clang__)
#define KERASC_SPLIT_KERNEL __attribute__((noinline))
#define KERASC_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define KERASC_SPLIT_KERNEL __attribute__((noinline, noclone))
#define KERASC_ROLLED _Pragma("GCC unroll 1")
#endif
#define KERASC_KERNEL static KERASC_SPLIT_KERNEL
#define KERASC_INLINE static inline __attribute__((always_inline))
#define KERASC_EXPORT __attribute__((visibility("default")))

// Vectors only travel between inlined functions: how they would be passed does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"
#if !defined(__clang__)
// gcc 12 warns of its own <immintrin.h>, and of scratch arrays that a kernel fills in one loop and reads in another.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

// Where the steps of a run find their memory.
struct kerasc_frame {
  const uint8_t* weights;
  uint8_t* states;
  uint8_t* arena;
  const uint8_t* const* inputs;
  uint8_t* const* outputs;
  // Null with one thread.
  kerasc_pool* pool;
};

typedef void (*kerasc_entry_function)(const kerasc_frame& frame);

// A model compiled for one instruction set.
struct kerasc_variant {
  const char* name;
  // Once, before the first run.
  void (*prepare)(const kerasc_frame& frame);
  // In the order of the model's entries.
  const kerasc_entry_function* entries;
};

struct kerasc_candidate {
  const kerasc_variant* variant;
  bool (*is_supported)();
};

// Does 0..extent of a step, cut among the threads there are.
static inline void kerasc_share(const kerasc_frame& frame, int64_t extent, kerasc_task task) {
  if (frame.pool) {
    kerasc_pool_run(frame.pool, task, frame, extent);
  } else {
    task(frame, 0, extent);
  }
}

extern "C" {
// Behind the functions of a model's header. `candidates` are tried in order.
kerasc_model* kerasc_create(const kerasc_model_api* api, const kerasc_candidate* candidates, size_t count, const void* weights, size_t bytes,
                            int threads, const char* variant);
int kerasc_run(kerasc_model* model, const void* const* inputs, void* const* outputs);
int kerasc_run_entry(kerasc_model* model, int entry, const void* const* inputs, void* const* outputs);
void* kerasc_states(kerasc_model* model);
void kerasc_set_states(kerasc_model* model, void* memory);
void kerasc_destroy(kerasc_model* model);
const char* kerasc_error(void);
const char* kerasc_variant_name(const kerasc_model* model);
}

#endif
