//===- gq-bench.cpp - times kernel bundles on a GPU ---------------------===//
#include "gq/Bench/Tool.h"

int main(int argc, char **argv) {
  return gridquant::bench::runOnStandardStreams(argc, argv,
                                                gridquant::bench::runBenchTool);
}
