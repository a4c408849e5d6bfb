//===- MakeSampleBundle.cpp - the bundle of the tests as a file -----------===//
#include "SampleBundle.h"

int main(int argc, char **argv) {
  if (argc != 2 && argc != 3)
    return 2;
  // Rows of the first input that are apart: MakeSampleBundle FILE --pitched.
  const bool pitched = argc == 3 && std::string(argv[2]) == "--pitched";
  std::string metadata = pitched ? pitchedMetadata() : sampleMetadata();
  // A name for the second input: MakeSampleBundle FILE LABEL.
  const std::string named = R"({"name":"b",)";
  if (argc == 3 && !pitched)
    metadata.insert(metadata.find(named) + named.size(),
                    std::string(R"("label":")") + argv[2] + "\",");
  return gridquant::writeBundleFile(argv[1], metadata, sampleImages()) ? 0 : 1;
}
