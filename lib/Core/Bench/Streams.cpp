//===- Streams.cpp - tools on the standard streams ------------------------===//
#include "gq/Bench/Tool.h"
#include "gq/Support/Version.h"

#include <cstdio>
#include <unistd.h>

namespace gridquant::bench {

int runOnStandardStreams(int argc, char **argv,
                         int (*tool)(const std::vector<std::string> &,
                                     const Streams &)) {
  auto writer = [](FILE *file) {
    return [file](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), file);
      std::fflush(file);
    };
  };
  Streams streams{writer(stdout), writer(stderr), ::isatty(STDERR_FILENO) == 1};
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    streams.out(std::string(versionText()) + "\n");
    return 0;
  }
  int status =
      tool(std::vector<std::string>(argv + (argc > 0), argv + argc), streams);
  // A full disk or a closed pipe must not look like success.
  if (std::ferror(stdout)) {
    std::perror("error: cannot write to standard output");
    status = 1;
  }
  return status;
}

} // namespace gridquant::bench
