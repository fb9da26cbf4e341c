// Workers wait for a step by spinning, then by sleeping. The caller works too, and never waits for a worker that has not begun:
// on a busy machine a step takes as long as the caller alone would need, not as long as the system takes to wake a thread.
#include "kerasc_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include <atomic>
#include <new>

namespace {

const int MAX_THREADS = 256;
// About 50 microseconds: longer than the pause between two steps, shorter than one between two runs.
const int SPINS = 4000;
// Several pieces a thread, so that one that was interrupted does not hold up the rest.
const int64_t PIECES_PER_THREAD = 4;
// Kernels keep their scratch arrays on the stack.
const size_t STACK_BYTES = 8 << 20;

// The gate holds the number of the step, whether workers may still join it, and how many are at it.
const uint64_t JOINED = 0xffff;
const uint64_t OPEN = 1 << 16;
const uint64_t NEXT_STEP = 1 << 17;

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

}  // namespace

struct kerasc_pool {
  alignas(64) std::atomic<uint64_t> gate;
  alignas(64) std::atomic<int64_t> next;
  kerasc_task task;
  const kerasc_frame* frame;
  int64_t extent;
  int64_t piece;
  alignas(64) std::atomic<int> sleepers;
  std::atomic<bool> stop;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  int threads;
  int started;
  pthread_t workers[MAX_THREADS];
};

namespace {

void work(kerasc_pool* pool) {
  for (;;) {
    const int64_t begin = pool->next.fetch_add(pool->piece, std::memory_order_relaxed);
    if (begin >= pool->extent) return;
    const int64_t end = begin + pool->piece < pool->extent ? begin + pool->piece : pool->extent;
    pool->task(*pool->frame, begin, end);
  }
}

bool is_news(uint64_t gate, uint64_t seen) { return (gate & OPEN) && gate / NEXT_STEP != seen; }

// Waits for a step that is open and not the one already seen; returns the gate, or one that is closed when the pool ends.
uint64_t await_step(kerasc_pool* pool, uint64_t seen) {
  for (int spin = 0; spin < SPINS; spin++) {
    const uint64_t gate = pool->gate.load(std::memory_order_acquire);
    if (is_news(gate, seen) || pool->stop.load(std::memory_order_relaxed)) return gate;
    pause();
  }
  pthread_mutex_lock(&pool->mutex);
  pool->sleepers.fetch_add(1);
  uint64_t gate = pool->gate.load();
  while (!is_news(gate, seen) && !pool->stop.load()) {
    pthread_cond_wait(&pool->wake, &pool->mutex);
    gate = pool->gate.load();
  }
  pool->sleepers.fetch_sub(1);
  pthread_mutex_unlock(&pool->mutex);
  return gate;
}

void* run_worker(void* argument) {
  kerasc_pool* pool = static_cast<kerasc_pool*>(argument);
  uint64_t seen = 0;
  while (!pool->stop.load(std::memory_order_relaxed)) {
    uint64_t gate = await_step(pool, seen);
    // A step closes when its pieces are gone; a worker that comes too late looks for the next.
    bool joined = false;
    while (is_news(gate, seen) && !joined) joined = pool->gate.compare_exchange_weak(gate, gate + 1, std::memory_order_acq_rel);
    if (!joined) continue;
    seen = gate / NEXT_STEP;
    work(pool);
    pool->gate.fetch_sub(1, std::memory_order_release);
  }
  return nullptr;
}

bool start_workers(kerasc_pool* pool) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  while (pool->started < pool->threads - 1 && pthread_create(&pool->workers[pool->started], &attributes, run_worker, pool) == 0) pool->started++;
  pthread_attr_destroy(&attributes);
  return pool->started == pool->threads - 1;
}

}  // namespace

kerasc_pool* kerasc_pool_create(int threads) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 64, sizeof(kerasc_pool)) != 0) return nullptr;
  kerasc_pool* pool = new (memory) kerasc_pool();
  pool->threads = threads < MAX_THREADS ? threads : MAX_THREADS;
  pthread_mutex_init(&pool->mutex, nullptr);
  pthread_cond_init(&pool->wake, nullptr);
  if (start_workers(pool)) return pool;
  kerasc_pool_destroy(pool);
  return nullptr;
}

void kerasc_pool_run(kerasc_pool* pool, kerasc_task task, const kerasc_frame& frame, int64_t extent) {
  const int64_t pieces = pool->threads * PIECES_PER_THREAD;
  pool->task = task;
  pool->frame = &frame;
  pool->extent = extent;
  pool->piece = (extent + pieces - 1) / pieces;
  pool->next.store(0, std::memory_order_relaxed);
  // Nobody is at a step now, so that the gate can be set without regard to what it holds.
  pool->gate.store((pool->gate.load(std::memory_order_relaxed) / NEXT_STEP + 1) * NEXT_STEP | OPEN);
  if (pool->sleepers.load() > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
  }
  work(pool);
  pool->gate.fetch_and(~OPEN, std::memory_order_acq_rel);
  for (int spin = 0; pool->gate.load(std::memory_order_acquire) & JOINED; spin++) {
    if (spin < SPINS) {
      pause();
    } else {
      sched_yield();
    }
  }
}

void kerasc_pool_destroy(kerasc_pool* pool) {
  pthread_mutex_lock(&pool->mutex);
  pool->stop.store(true);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
  for (int i = 0; i < pool->started; i++) pthread_join(pool->workers[i], nullptr);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  pool->~kerasc_pool();
  free(pool);
}
