//===- gq-stress.cpp - many launches of random sizes on a GPU -------------===//
#include "gq/Bench/Stress.h"
#include "gq/Bench/Tool.h"

int main(int argc, char **argv) {
  return gridquant::bench::runOnStandardStreams(
      argc, argv, gridquant::bench::runStressTool);
}
