//===- gq-bundle.cpp - looks into kernel bundles --------------------------===//
#include "gq/Bundle/Describe.h"

#include <cstdio>

int main(int argc, char **argv) {
  std::string out, err;
  int status = gridquant::runBundleTool(
      std::vector<std::string>(argv + (argc > 0), argv + argc), out, err);
  // A full disk or a closed pipe must not look like success.
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() ||
      std::fflush(stdout) != 0) {
    std::perror("error: cannot write to standard output");
    status = 1;
  }
  std::fwrite(err.data(), 1, err.size(), stderr);
  return status;
}
