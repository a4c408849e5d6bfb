//===- gq-bench.cpp - times kernel bundles on a GPU -----------------------===//
#include "gq/Bench/Tool.h"

#include <cstdio>
#include <unistd.h>

int main(int argc, char **argv) {
  auto writer = [](FILE *file) {
    return [file](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), file);
      std::fflush(file);
    };
  };
  gridquant::bench::Streams streams{writer(stdout), writer(stderr),
                                    ::isatty(STDERR_FILENO) == 1};
  int status = gridquant::bench::runBenchTool(
      std::vector<std::string>(argv + (argc > 0), argv + argc), streams);
  // A full disk or a closed pipe must not look like success.
  if (std::ferror(stdout)) {
    std::perror("error: cannot write to standard output");
    status = 1;
  }
  return status;
}
