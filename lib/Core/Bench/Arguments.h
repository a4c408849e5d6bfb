//===- Arguments.h - what command lines of the tools share ------*- C++ -*-===//
#ifndef GQ_LIB_CORE_BENCH_ARGUMENTS_H
#define GQ_LIB_CORE_BENCH_ARGUMENTS_H

#include "gq/Bench/Tool.h"
#include "gq/Bundle/Error.h"

#include <cstdint>
#include <optional>
#include <string>

namespace gridquant::bench {

/// `text` if it is a whole number of at most `most`, and nothing else.
std::optional<int64_t> wholeNumber(const std::string &text, int64_t most);

/// The value of option `name`; the error says which numbers it takes.
Expected<int64_t> wholeOption(const std::string &name, const std::string &value,
                              int64_t least, int64_t most);

/// Runs `tool` with its parsed options, prints its usage, or says what is wrong
/// with them: the exit status of the process.
template <typename OptionsT, typename RunT>
int runTool(const std::string &tool, const char *usage,
            Expected<OptionsT> options, const Streams &streams, RunT run) {
  if (!options) {
    streams.err("error: " + options.message() + "\nrun " + tool +
                " --help for the options\n");
    return 2;
  }
  if (options->help) {
    streams.out(usage);
    return 0;
  }
  return run(std::move(*options));
}

} // namespace gridquant::bench

#endif // GQ_LIB_CORE_BENCH_ARGUMENTS_H
