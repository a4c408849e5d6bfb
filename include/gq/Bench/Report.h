//===- Report.h - results, as JSON and as a table ---------------*- C++ -*-===//
//
// The JSON is described in benchmarks/README.md. benchmarks/peers.py writes the
// same, benchmarks/plot.py reads it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BENCH_REPORT_H
#define GQ_BENCH_REPORT_H

#include "gq/Bench/Candidate.h"
#include "gq/Bench/Energy.h"
#include "gq/Bench/Statistics.h"

#include <string>
#include <vector>

namespace gridquant::bench {

/// Of one candidate in one case.
struct Result {
  std::string name;
  Role role = Role::Ours;
  std::string bundle, checksum; // ours only
  Work work;
  Summary us;
  std::vector<double> roundMedians; // microseconds
  double hostUs = 0;                // 0: not measured
  double planUs = 0;                // by a plan; the same
  double choiceNs = 0;              // of hostUs, to choose kernels; the same
  Steady steady;                    // back to back; all 0: not measured
  // Of a graph; 0 of others.
  size_t copies = 0, launches = 0;
  /// Of these, so many began before the one in front had ended; nothing where
  /// the driver does not say it.
  std::optional<size_t> earlyLaunches;

  double gbps() const;
  double tflops() const;
};

/// Candidates that were timed in turns.
struct CaseResult {
  std::string key; // what must agree for a result to stand for another run
  std::string sizes;
  Harness harness = Harness::Flushed;
  std::vector<Result> results;

  const Result *find(const std::string &name) const;
  /// The time that the copy of this case needs for as many bytes, divided by
  /// the time of `result`; 0 without a copy or for a matmul.
  double shareOfFloor(const Result &result) const;
};

struct Report {
  std::string date, gpu, driver, cuda, commit, method;
  std::vector<CaseResult> cases;

  const CaseResult *find(const std::string &key) const;
};

std::string toJson(const Report &report);
Expected<Report> fromJson(std::string_view text);

/// One case as lines of text.
std::string printTable(const CaseResult &result);

} // namespace gridquant::bench

#endif // GQ_BENCH_REPORT_H
