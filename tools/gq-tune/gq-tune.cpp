//===- gq-tune.cpp - measures which config is the fastest ---------------===//
#include "gq/Bench/Tune.h"

int main(int argc, char **argv) {
  return gridquant::bench::runOnStandardStreams(argc, argv,
                                                gridquant::bench::runTuneTool);
}
