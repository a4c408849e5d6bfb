//===- Tool.h - the gq-bench command line -----------------------*- C++ -*-===//
#ifndef GQ_BENCH_TOOL_H
#define GQ_BENCH_TOOL_H

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gridquant::bench {

/// Where the tool writes; called as soon as there is something to say.
struct Streams {
  std::function<void(std::string_view)> out, err;
  /// Progress replaces its own line; set where somebody watches.
  bool interactive = false;
};

/// Runs `tool` on the standard streams with the arguments of main(); a write
/// that fails is a failure.
int runOnStandardStreams(int argc, char **argv,
                         int (*tool)(const std::vector<std::string> &,
                                     const Streams &));

/// Runs with the arguments behind the program's name. The result is the exit
/// status: 0, 1 for a failure, 2 for wrong usage.
int runBenchTool(const std::vector<std::string> &args, const Streams &streams);

} // namespace gridquant::bench

#endif // GQ_BENCH_TOOL_H
