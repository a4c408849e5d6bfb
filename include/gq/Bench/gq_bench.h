/*===- gq_bench.h - the timer of gq-bench, from C ----------------*- C -*-===*\
|* What gq-bench measures with, for programs that time something else beside *|
|* it: benchmarks/timing.py calls these for functions of PyTorch and Triton. *|
\*===----------------------------------------------------------------------===*/
#ifndef GQ_BENCH_GQ_BENCH_H
#define GQ_BENCH_GQ_BENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GQ_BENCH_API __attribute__((visibility("default")))

typedef struct gq_timer gq_timer;

/* Enqueues one run on the default stream; not 0: it failed, and so does the
 * round. */
typedef int (*gq_enqueue)(void *user);

/* The message of the last failure in this thread; never NULL. */
GQ_BENCH_API const char *gq_bench_last_error(void);

/* A timer on a device. `flush_bytes` are written before each timed run, so that
 * it finds cold caches; 0: warm ones. 0 on success. */
GQ_BENCH_API int gq_timer_create(int device, double warmup_ms, double rep_ms,
                                 size_t flush_bytes, gq_timer **out);
GQ_BENCH_API void gq_timer_destroy(gq_timer *timer);

/* One round: estimates the time of a run, warms up, then runs for about
 * `rep_ms` milliseconds, each run between two events of its own. The
 * microseconds of each are at `*samples`, `*count` of them, until the next
 * round of this timer. 0 on success. */
GQ_BENCH_API int gq_timer_round(gq_timer *timer, gq_enqueue run, void *user,
                                const double **samples, size_t *count);

/* In which order `count` candidates take turns in a round: the same for the
 * same seed on every machine. */
GQ_BENCH_API void gq_round_order(size_t count, uint64_t seed, unsigned round,
                                 size_t *order);

/* How many copies of operands of `bytes` a graph uses in turn, so that each has
 * left a cache of `cache_bytes` when its turn comes again. */
GQ_BENCH_API size_t gq_count_copies(uint64_t bytes, uint64_t cache_bytes);

/* Of samples in any order, between neighbours interpolated; 0 of none. */
GQ_BENCH_API double gq_quantile(const double *samples, size_t count, double q);

#ifdef __cplusplus
}
#endif

#endif /* GQ_BENCH_GQ_BENCH_H */
