//===- MakeSampleBundle.cpp - the bundle of the tests as a file -----------===//
#include "SampleBundle.h"

int main(int argc, char **argv) {
  if (argc != 2 && argc != 3)
    return 2;
  // A name for the second input: MakeSampleBundle FILE LABEL.
  std::string metadata = sampleMetadata();
  const std::string named = R"({"name":"b",)";
  if (argc == 3)
    metadata.insert(metadata.find(named) + named.size(),
                    std::string(R"("label":")") + argv[2] + "\",");
  return gridquant::writeBundleFile(argv[1], metadata, sampleImages()) ? 0 : 1;
}
