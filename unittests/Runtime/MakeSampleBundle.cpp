//===- MakeSampleBundle.cpp - the bundle of the tests as a file -----------===//
#include "SampleBundle.h"

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  return gridquant::writeBundleFile(argv[1], sampleMetadata(), sampleImages())
             ? 0
             : 1;
}
