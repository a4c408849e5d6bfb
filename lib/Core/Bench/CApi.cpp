//===- CApi.cpp - the timer from C ----------------------------------------===//
#include "gq/Bench/Statistics.h"
#include "gq/Bench/Timer.h"
#include "gq/Bench/gq_bench.h"

#include <algorithm>
#include <memory>
#include <string>

using namespace gridquant;
using namespace gridquant::bench;

struct gq_timer {
  gq_timer(int device, const Method &method) : timer(device, method) {}
  Timer timer;
  std::vector<double> samples;
};

static thread_local std::string lastMessage = "no error";

static int fail(std::string message) {
  lastMessage = std::move(message);
  return 1;
}

const char *gq_bench_last_error(void) { return lastMessage.c_str(); }

int gq_timer_create(int device, double warmup_ms, double rep_ms,
                    size_t flush_bytes, gq_timer **out) {
  if (!out)
    return fail("timer: out is null");
  // Neither is true of NaN.
  if (!(warmup_ms >= 0) || !(rep_ms > 0))
    return fail("timer: a warm-up of at least 0 ms and a repetition of more "
                "than 0 ms are needed");
  Method method;
  method.warmupMs = warmup_ms;
  method.repMs = rep_ms;
  method.flushBytes = flush_bytes;
  *out = new gq_timer(device, method);
  return 0;
}

void gq_timer_destroy(gq_timer *timer) { delete timer; }

int gq_timer_round(gq_timer *timer, gq_enqueue run, void *user,
                   const double **samples, size_t *count) {
  if (!timer || !run || !samples || !count)
    return fail("timer: an argument is null");
  timer->samples.clear();
  Status status = timer->timer.round(
      [&](gq_stream) -> Status {
        return run(user) == 0 ? Status() : Status(Error{"the run failed"});
      },
      timer->samples);
  if (!status)
    return fail(status.message());
  *samples = timer->samples.data();
  *count = timer->samples.size();
  return 0;
}

void gq_round_order(size_t count, uint64_t seed, unsigned round,
                    size_t *order) {
  std::vector<size_t> result = roundOrder(count, seed, round);
  std::copy(result.begin(), result.end(), order);
}

size_t gq_count_copies(uint64_t bytes, uint64_t cache_bytes) {
  return countCopies(bytes, cache_bytes);
}

double gq_quantile(const double *samples, size_t count, double q) {
  return quantile(std::vector<double>(samples, samples + count), q);
}
