//===- Method.h - how a time is measured ------------------------*- C++ -*-===//
#ifndef GQ_BENCH_METHOD_H
#define GQ_BENCH_METHOD_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridquant::bench {

/// Flushed: one run between two events, behind a write that empties the caches.
/// Graph: many runs back to back in a CUDA graph, on copies of the operands in
/// turn.
enum class Harness { Flushed, Graph };

const char *stringify(Harness harness);
std::optional<Harness> parseHarness(std::string_view name);

/// The method of triton.testing.do_bench, in several rounds: the power state of
/// a GPU drifts, so that candidates that are compared take turns.
struct Method {
  double warmupMs = 25;
  double repMs = 100;  // per round and candidate, flushing included
  unsigned rounds = 3; // in shuffled order
  size_t flushBytes =
      256 << 20;               // written before every run; 0: caches stay warm
  uint64_t seed = 1;           // of the order and the data
  std::string data = "normal"; // a distribution of gq_ref_generate
  Harness harness = Harness::Flushed;
  unsigned graphLaunches = 200; // of a graph, rounded up to whole turns
  double energyMs = 0; // of runs back to back, for their joules; 0: none

  /// The fields in one line: part of the key of a case.
  std::string describe() const;
};

/// How many copies of what takes `bytes` are used in turn, so that each has
/// left a cache of `cacheBytes` when its turn comes again: as many as hold four
/// times as much, from 2 to 256. One of nothing.
size_t countCopies(uint64_t bytes, uint64_t cacheBytes);

} // namespace gridquant::bench

#endif // GQ_BENCH_METHOD_H
