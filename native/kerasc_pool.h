// Threads that share the steps of a model.
#ifndef KERASC_POOL_H
#define KERASC_POOL_H

#include <stdint.h>

struct kerasc_frame;
struct kerasc_pool;

// Does begin..end of a step.
typedef void (*kerasc_task)(const kerasc_frame& frame, int64_t begin, int64_t end);

// `threads` counts the caller's own. Null if threads cannot be started.
kerasc_pool* kerasc_pool_create(int threads);

// Returns when all of 0..extent is done. One caller at a time.
void kerasc_pool_run(kerasc_pool* pool, kerasc_task task, const kerasc_frame& frame, int64_t extent);

void kerasc_pool_destroy(kerasc_pool* pool);

#endif
