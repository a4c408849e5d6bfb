//===- Tune.h - the gq-tune command line ------------------------*- C++ -*-===//
#ifndef GQ_BENCH_TUNE_H
#define GQ_BENCH_TUNE_H

#include "gq/Bench/Tool.h"

#include <cstdint>
#include <optional>

namespace gridquant::bench {

/// One of the configs of a product, by its place, and how long it took for each
/// number of rows; absent: it was not among the fastest there.
struct TunedTimes {
  std::vector<int64_t> rows;                              // ascending
  std::vector<std::vector<std::optional<double>>> micros; // [config][rows]
};

/// A config for all numbers of rows up to a limit.
struct TunedRange {
  std::optional<int64_t> upTo; // absent: all that are more
  size_t config;
};

/// At most `most` ranges: in each the config that is the fastest at the rows
/// that were measured in it, so that the times of all rows, each relative to
/// the best there, are the least in sum.
std::vector<TunedRange> chooseRanges(const TunedTimes &times, size_t most);

/// As runBenchTool().
int runTuneTool(const std::vector<std::string> &args, const Streams &streams);

} // namespace gridquant::bench

#endif // GQ_BENCH_TUNE_H
