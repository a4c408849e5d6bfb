//===- TuneOptions.h - what gq-tune is asked --------------------*- C++ -*-===//
#ifndef GQ_LIB_CORE_BENCH_TUNEOPTIONS_H
#define GQ_LIB_CORE_BENCH_TUNEOPTIONS_H

#include "gq/Bench/Method.h"
#include "gq/Bundle/Error.h"

#include <string>
#include <vector>

namespace gridquant::bench {

struct TuneOptions {
  std::vector<std::string> folders;
  std::vector<int64_t> rows{64, 128, 256, 512, 1024, 2048, 4096, 8192};
  std::string output = "tuned.json", commit;
  Method method;
  /// Up to so many rows are measured in graphs.
  int64_t graphRows = 0;
  int device = 0;
  bool quiet = false, help = false;

  std::string describeMethod() const;
};

extern const char *const tuneUsage;

Expected<TuneOptions> parseTuneOptions(const std::vector<std::string> &args);

} // namespace gridquant::bench

#endif // GQ_LIB_CORE_BENCH_TUNEOPTIONS_H
